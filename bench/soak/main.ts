import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { parseArgs } from 'node:util';
import { build, TOOL } from '../proxy/build.ts';
import { line, memoryMiB, start, stop } from '../proxy/processes.ts';

/**
 * `node bench/soak/main.ts [--seconds 60] [--rate 500]`: the whole sensor at a steady rate before an endpoint with faults. Calls are tried again where a connection is lost, as
 * SDKs do. Fails where a call is lost or answered with another's answer, where memory grows, or where descriptors are left. An hour is `--seconds 3600`.
 */
const { values } = parseArgs({ options: { seconds: { type: 'string' }, rate: { type: 'string' } } });
const seconds = Number(values.seconds ?? 60);
const rate = Number(values.rate ?? 500);
const ATTEMPTS = 4;
const GROWTH_MIB = 25;
/** A sensor that has warmed up: on a busy machine it has not by half of the time, and getting there is no growth. */
const WARM_MIB = 130;
const HOST = 'dynamodb.us-east-1.amazonaws.com';

await build();
const folder = mkdtempSync(join(tmpdir(), 'rolefence-soak-'));
const upstreamCa = join(folder, 'upstream.pem');
const upstream = start(process.execPath, ['--no-warnings', join(import.meta.dirname, 'upstream.ts'), upstreamCa]);
const { port } = JSON.parse(await line(upstream, (text) => text.startsWith('{'))) as { port: number };
const ca = join(folder, 'ca.pem');
const options = [
  '--connect-to',
  `*:*=127.0.0.1:${port}`,
  '--upstream-ca',
  upstreamCa,
  '--ca-file',
  ca,
  '--function',
  'soak',
];
const sensor = start(process.execPath, [TOOL, 'proxy', '--mode', 'learn', ...options], {
  env: { PATH: process.env.PATH, HOME: process.env.HOME, ROLEFENCE_LOG_LEVEL: 'error' },
});
const ready = JSON.parse(await line(sensor, (text) => text.startsWith('{'))) as { proxy: string };
const pid = sensor.process.pid as number;
const trusted = readFileSync(ca, 'utf8');

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
(agent as unknown as { createConnection: unknown }).createConnection = () =>
  connect({ host: '127.0.0.1', port: Number(new URL(ready.proxy).port), servername: HOST, ca: trusted });

const counts = { calls: 0, retried: 0, lost: 0, wrong: 0 };
let open = 0;

/** Signed in form: a request without a signature is nobody's, and would be one of those that get a connection of their own. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=ASIAYRXF6TDQHZ6ZXEZJ/20261126/us-east-1/dynamodb/aws4_request, ' +
  `SignedHeaders=content-type;host;x-amz-target, Signature=${'5f'.repeat(32)}`;

/** One body in fifty is none that DynamoDB takes: such a call cannot be named, and gets a connection to the endpoint of its own. */
function bodyOf(number: number, padding: number): Buffer {
  if (number % 50 === 7) return Buffer.alloc(padding, 'q');
  return Buffer.from(
    JSON.stringify({ TableName: `table-${number % 3}`, Key: { id: { S: 'q'.repeat(padding) } } }),
    'latin1',
  );
}

function attempt(number: number, size: number): Promise<'ok' | 'wrong' | 'broken'> {
  return new Promise((resolve) => {
    const body = bodyOf(number, size);
    const headers = {
      host: HOST,
      'x-number': `${number}`,
      'content-length': body.length,
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'content-type': 'application/x-amz-json-1.0',
      authorization: AUTHORIZATION,
    };
    const req = request({ agent, host: HOST, method: 'POST', path: '/', headers }, (res) => {
      let text = '';
      res.setEncoding('latin1');
      res.on('data', (part) => {
        if (text.length < 64) text += part;
      });
      res.on('error', () => resolve('broken'));
      res.on('end', () =>
        resolve(res.statusCode === 200 && text.startsWith(`${number}:${body.length}\n`) ? 'ok' : 'wrong'),
      );
    });
    req.on('error', () => resolve('broken'));
    req.end(body);
  });
}

async function call(number: number): Promise<void> {
  open++;
  const size = number % 100 === 0 ? 200_000 : number % 500;
  for (let n = 1; ; n++) {
    const outcome = await attempt(number, size);
    if (outcome === 'broken' && n < ATTEMPTS) {
      counts.retried++;
      continue;
    }
    if (outcome === 'broken') counts.lost++;
    if (outcome === 'wrong') counts.wrong++;
    break;
  }
  counts.calls++;
  open--;
}

const descriptors = () => readdirSync(`/proc/${pid}/fd`).length;
const before = descriptors();
let settled = 0;
let largest = 0;
let number = 0;
let tick = 0;
const from = performance.now();
for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - from) {
  while (number < (elapsed / 1_000) * rate && open < 2_000) void call(number++);
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (tick++ % 100 !== 0) continue;
  const { now } = memoryMiB(pid);
  // The first half is for code, pools and heap to settle.
  if (elapsed < seconds * 500) settled = Math.max(settled, now);
  else largest = Math.max(largest, now);
}
while (open > 0) await new Promise((resolve) => setTimeout(resolve, 20));
agent.destroy();
// Kept upstream connections end by themselves: the endpoint closes what is idle.
await new Promise((resolve) => setTimeout(resolve, 5_000));
const left = descriptors() - before;
await stop(sensor);
await stop(upstream);
rmSync(folder, { recursive: true, force: true });

const failed = [
  ...(counts.lost > 0 ? [`${counts.lost} calls were lost`] : []),
  ...(counts.wrong > 0 ? [`${counts.wrong} calls got what was not their answer`] : []),
  ...(largest > Math.max(settled + GROWTH_MIB, WARM_MIB)
    ? [`memory grew from ${settled.toFixed(0)} to ${largest.toFixed(0)} MiB`]
    : []),
  ...(left > 4 ? [`${left} descriptors are left`] : []),
];
console.log(
  JSON.stringify({
    seconds,
    rate: Math.round(counts.calls / seconds),
    ...counts,
    settledMiB: Math.round(settled),
    largestMiB: Math.round(largest),
    descriptorsLeft: left,
  }),
);
for (const why of failed) console.error(`soak: ${why}`);
process.exit(failed.length > 0 ? 1 : 0);
