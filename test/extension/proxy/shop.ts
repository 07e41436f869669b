import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { type Config, readConfig } from '../../../extension/config.ts';
import { accountOfKey } from '../../../extension/identify/access-key.ts';
import { type Sensor, startSensor } from '../../../extension/sensor.ts';
import { HOST, later, upstreamAuthority, upstreamRaw } from './harness.ts';

export const KEY = 'ASIAQGH5PSL6N3ABCDEF';
const ACCOUNT = accountOfKey(KEY) ?? '';
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** What the function may do: GetItem on Orders. */
export function baseline() {
  const learner = createLearner();
  for (let n = 0; n < 20; n++) {
    learner.observe({
      id: `${n}`,
      time: new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString(),
      function: 'shop',
      version: '$LATEST',
      environment: 'e',
      invocation: `i${n}`,
      service: 'dynamodb',
      operation: 'GetItem',
      certainty: 'exact',
      verdict: 'allow',
      access: [{ action: 'dynamodb:GetItem', resources: [`arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Orders`] }],
      region: 'us-east-1',
      account: ACCOUNT,
      accessKeyId: KEY,
      ownAccessKeyId: KEY,
      issuedAccessKeyId: null,
      prefix: null,
      host: HOST,
      items: 1,
      bytesOut: 500,
      bytesIn: 300,
      status: 200,
      errorCode: null,
      durationMs: 3,
    } satisfies Call);
  }
  return learner.document();
}

export function fields(operation: string, host = HOST, service = 'dynamodb'): string {
  return (
    `Host: ${host}\r\nX-Amz-Target: DynamoDB_20120810.${operation}\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20260101T000000Z\r\n` +
    `Authorization: AWS4-HMAC-SHA256 Credential=${KEY}/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}\r\n`
  );
}

export const ITEM = '{"TableName":"Orders","Key":{"id":{"S":"1"}}}';
export const good = (body = ITEM) =>
  `POST / HTTP/1.1\r\n${fields('GetItem')}Content-Length: ${body.length}\r\n\r\n${body}`;
export const scan = (body = '{"TableName":"Customers"}') =>
  `POST / HTTP/1.1\r\n${fields('Scan')}Content-Length: ${body.length}\r\n\r\n${body}`;

/** A whole sensor that blocks what the shop does not do, before an endpoint that answers every whole request; `seen` are those. */
export async function blockingShop(over: Partial<Config> = {}): Promise<{ sensor: Sensor; seen: string[] }> {
  const seen: string[] = [];
  const port = await upstreamRaw((socket) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      // One answer for each whole request, as a server that trusts Content-Length would count them.
      for (;;) {
        const end = text.indexOf('\r\n\r\n');
        if (end === -1) return;
        const length = Number(/content-length: *(\d+)/i.exec(text.slice(0, end))?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        seen.push(text.slice(0, end + 4 + length));
        text = text.slice(end + 4 + length);
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
      }
    });
  });
  const { config } = readConfig({ ROLEFENCE_MODE: 'block', ROLEFENCE_CONNECT_TO: `*:*=127.0.0.1:${port}` });
  const sensor = await startSensor({
    config: { ...config, upstreamCa: upstreamAuthority.certificatePem, ...over },
    identity: { function: 'shop', version: '$LATEST', ownAccessKeyId: KEY },
    log: silent,
    sinks: [],
    baseline: baseline(),
    caFile: null,
  });
  later(() => sensor.close());
  return { sensor, seen };
}
