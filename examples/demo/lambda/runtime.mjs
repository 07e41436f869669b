import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * A small Node runtime for Lambda: the loop of the Runtime API (2018-06-01). It stands where AWS's own runtime interface client stands, which needs a
 * compiler to install; test/e2e runs that one.
 */
const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body, type) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/${path}`,
      { method, agent, ...(type === undefined ? {} : { headers: { 'Lambda-Runtime-Function-Error-Type': type } }) },
      async (response) => {
        let text = '';
        for await (const part of response) text += part;
        resolve({ headers: response.headers, text });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const fault = (error) =>
  JSON.stringify({ errorType: error?.name ?? 'Error', errorMessage: String(error?.message ?? error) });

let handler;
try {
  const [, file, name] = /^(.*)\.([^.]+)$/.exec(_HANDLER);
  handler = (await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href))[name];
  if (typeof handler !== 'function') throw new TypeError(`${_HANDLER} is not a function`);
} catch (error) {
  await call('POST', 'init/error', fault(error), 'Runtime.ImportModuleError');
  process.exit(1);
}

for (;;) {
  const { headers, text } = await call('GET', 'invocation/next');
  const id = headers['lambda-runtime-aws-request-id'];
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
  };
  try {
    const result = await handler(JSON.parse(text), context);
    await call('POST', `invocation/${id}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await call('POST', `invocation/${id}/error`, fault(error), error?.name ?? 'Error');
  }
}
