import { request } from 'node:http';
import https from 'node:https';

/** A small runtime that works on several invocations at a time, as on Managed Instances: each makes two calls, one after the other, with the trace header that SDKs put on theirs. */
const api = process.env.AWS_LAMBDA_RUNTIME_API;
const runtime = (method, path, body) =>
  new Promise((resolve, reject) => {
    const outgoing = request(`http://${api}/2018-06-01/runtime/${path}`, { method, agent: false }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ headers: response.headers, text });
    });
    outgoing.on('error', reject).end(body);
  });
const call = (path, trace) =>
  new Promise((resolve) => {
    const options = { host: 's3.us-east-1.amazonaws.com', path, headers: { 'X-Amzn-Trace-Id': trace }, agent: false };
    https
      .get(options, (response) => response.resume().on('end', () => resolve(response.statusCode)))
      .on('error', (error) => resolve(error.code));
  });

let waiting = [];
/** Resolves when `count` invocations are here: they overlap for certain. */
const together = (count) =>
  new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length < count) return;
    for (const one of waiting) one();
    waiting = [];
  });

async function work() {
  for (;;) {
    const { headers, text } = await runtime('GET', 'invocation/next');
    const { path, of } = JSON.parse(text);
    const trace = `${headers['lambda-runtime-trace-id']};Parent=53995c3f42cd8ad8;Sampled=0`;
    const first = await call(`${path}/first`, trace);
    await together(of);
    const second = await call(`${path}/second`, trace);
    await runtime(
      'POST',
      `invocation/${headers['lambda-runtime-aws-request-id']}/response`,
      JSON.stringify([first, second]),
    );
  }
}
for (let i = 0; i < 4; i++) void work();
