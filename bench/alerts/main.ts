/**
 * What a call waits that raises something urgent, by what its sink takes: `node bench/alerts/main.ts [ROUNDS]`. A round starts a sensor as `rolefence proxy`, makes calls that are
 * normal, then two that it refuses and publishes to a topic of this program's own; with the wait and without, at full speed and on a seventh of a core.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from 'node:tls';
import { createLearner } from '../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../baseline/model/write.ts';
import { readCall } from '../../baseline/read-call.ts';
import { makeCertificates } from '../../examples/demo/aws/certificates.ts';
import { seventhOfACore } from '../proxy/measure/quota.ts';
import { median } from '../proxy/statistics.ts';

const ROUNDS = Number(process.argv[2] ?? 9);
/** What a service takes to answer, as far as this is known here: nothing, and what one in the same region may take. */
const TAKES_MS = [0, 30];
const S3 = 's3.us-east-1.amazonaws.com';
const KEY = 'ASIAQEXAMPLEKEYID000';
/** Of a normal invocation. */
const CALLS = 12;
/** Far above any of them: the figure is what the alert takes, not what the limit is. */
const WAIT_MS = 5_000;

const folder = mkdtempSync(join(tmpdir(), 'rolefence-bench-'));
const { caPem, certificate, key } = await makeCertificates(['*.us-east-1.amazonaws.com']);
writeFileSync(join(folder, 'ca.pem'), caPem);
writeFileSync(join(folder, 'baseline.json'), serializeBaseline(learned()));

let takesMs = 0;
let published = 0;
const server = createServer({ cert: certificate, key }, (request, response) => {
  request.resume().on('end', () => {
    if (request.method === 'GET') return void response.end('an object');
    published++;
    setTimeout(() => response.end('<PublishResponse/>'), takesMs);
  });
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;

console.log('milliseconds, medians; normal | refused and told: first, second (what came out before the answer)');
for (const core of ['a whole core', 'a seventh of a core']) {
  for (const takes of TAKES_MS) {
    for (const waitMs of [0, WAIT_MS]) {
      takesMs = takes;
      const rounds: Round[] = [];
      while (rounds.length < ROUNDS) rounds.push(await round(waitMs, core !== 'a whole core'));
      const of = (part: (one: Round) => number) => median(rounds.map(part)).toFixed(1).padStart(6);
      const out = rounds.reduce((sum, { told }) => sum + told, 0);
      console.log(
        `${core.padEnd(20)} topic ${`${takes}`.padStart(2)} ms, ${waitMs === 0 ? 'no wait' : 'waiting'}: ${of((r) => r.normal)} | ${of((r) => r.first)} ${of((r) => r.second)}  (${out} of ${2 * ROUNDS})`,
      );
    }
  }
}
server.closeAllConnections();
server.close();
rmSync(folder, { recursive: true });

interface Round {
  readonly normal: number;
  readonly first: number;
  readonly second: number;
  /** Of both, messages that had arrived when the answer came. */
  readonly told: number;
}

async function round(waitMs: number, throttled: boolean): Promise<Round> {
  const release = throttled ? seventhOfACore() : null;
  const options = ['--mode', 'block', '--baseline', join(folder, 'baseline.json'), '--function', 'resize'];
  const routes = ['--connect-to', `*:443=127.0.0.1:${port}`, '--upstream-ca', join(folder, 'ca.pem')];
  const sensor = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../cli/main.ts'), 'proxy', ...options, ...routes, '--own-access-key', KEY],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: process.env.PATH,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: KEY,
        AWS_SECRET_ACCESS_KEY: 'x'.repeat(40),
        ROLEFENCE_SINKS: 'sns',
        ROLEFENCE_SNS_TOPIC_ARN: 'arn:aws:sns:us-east-1:111122223333:findings',
        ROLEFENCE_SINK_WAIT_MS: `${waitMs}`,
      },
    },
  );
  release?.();
  const [line] = (await once(createInterface(sensor.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as { proxy: string; caFile: string };
  const ask = client(Number(new URL(ready.proxy).port), ready.caFile);
  for (let n = 1; n < CALLS; n++) await ask('/pictures/a.jpg');
  const normal = await ask('/pictures/a.jpg');
  const before = published;
  const first = await ask('/backups/2025.tgz');
  const afterFirst = published;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const untilSecond = published;
  const second = await ask('/payroll/all.csv');
  const told = afterFirst - before + (published - untilSecond);
  sensor.kill();
  await once(sensor, 'exit');
  return { normal, first, second, told };
}

/** Milliseconds of one signed GET, on a connection that is kept. */
function client(proxyPort: number, caFile: string): (path: string) => Promise<number> {
  const ca = readFileSync(caFile, 'utf8');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => connect({ host: '127.0.0.1', port: proxyPort, ca, servername: S3 });
  const authorization = `AWS4-HMAC-SHA256 Credential=${KEY}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00`;
  return (path) =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      get({ agent, host: S3, path, headers: { authorization } }, (answer) => {
        answer.resume().on('end', () => resolve(performance.now() - began));
      }).on('error', reject);
    });
}

/** What the function normally does: reads pictures. */
function learned() {
  const learner = createLearner();
  for (let n = 0; n < 240; n++) {
    learner.observe(
      readCall({
        id: `${n}`,
        time: new Date(Date.UTC(2026, 0, 5, 8, 0, n)).toISOString(),
        function: 'resize',
        version: '$LATEST',
        environment: 'bench',
        invocation: `invocation-${Math.floor(n / CALLS)}`,
        service: 's3',
        operation: 'GetObject',
        access: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::pictures/a.jpg'] }],
        region: 'us-east-1',
        account: '111122223333',
        accessKeyId: KEY,
        ownAccessKeyId: KEY,
        host: S3,
        status: 200,
      }),
    );
  }
  return learner.document();
}
