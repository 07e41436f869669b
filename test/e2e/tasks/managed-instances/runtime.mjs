import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import https from 'node:https';

/**
 * A small runtime that works on several invocations at a time, as on Managed Instances: each makes two calls, one after the other, with the trace header that SDKs put on theirs,
 * and signed where it was given keys.
 */
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
const HOST = 's3.us-east-1.amazonaws.com';
const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token } = process.env;
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** A GET as the SDK signs it (SigV4, S3). */
function signed(path) {
  if (secret === undefined) return {};
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const fields = {
    host: HOST,
    'x-amz-content-sha256': sha256(''),
    'x-amz-date': time,
    'x-amz-security-token': token,
  };
  const names = Object.keys(fields).join(';');
  const lines = Object.entries(fields).map(([name, value]) => `${name}:${value}\n`);
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const canonical = `GET\n${path}\n\n${lines.join('')}\n${names}\n${sha256('')}`;
  const key = scope.split('/').reduce(hmac, `AWS4${secret}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${id}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { ...fields, authorization };
}

const call = (path, trace) =>
  new Promise((resolve) => {
    const options = { host: HOST, path, headers: { 'X-Amzn-Trace-Id': trace, ...signed(path) }, agent: false };
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
