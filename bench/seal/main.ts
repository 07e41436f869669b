/**
 * What sealed credentials cost beside shared ones, in one run: `node bench/seal/main.ts`. Two sensors, the same upstream, calls in turn. Exits 1 above the budgets
 * (DESIGN: sealed adds 60 µs to the median call; large uploads at 0.8 of the rate of shared ones).
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { readConfig } from '../../extension/config.ts';
import { createLog } from '../../extension/log.ts';
import { createCertificateAuthority } from '../../extension/proxy/certificate-authority.ts';
import { createSealer } from '../../extension/seal/sealer.ts';
import { type Sensor, startSensor } from '../../extension/sensor.ts';
import { type Scope, type Signable, scopeText, sha256, stringToSign } from '../../extension/sigv4/canonical.ts';
import { type Credentials, Signer } from '../../extension/sigv4/signer.ts';

const REAL: Credentials = {
  accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
  secretAccessKey: randomBytes(30).toString('base64'),
  sessionToken: randomBytes(600).toString('base64'),
};
const BLOCKS = 24;
const CALLS = 50;
const UPLOADS = 9;
const SIZE = 32 * 1024 * 1024;
const CHUNK = 128 * 1024;
const BUDGET = { addedUs: 60, rate: 0.8 };

const authority = createCertificateAuthority(new Date());
const leaf = authority.leafFor('localhost');
const upstream = createServer(
  { key: leaf.keyPem, cert: leaf.certificatePem, SNICallback: (name, done) => done(null, authority.contextFor(name)) },
  (request, response) => {
    request.resume();
    request.on('end', () => response.end('{}'));
  },
);
await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
const port = (upstream.address() as AddressInfo).port;

const sealer = createSealer(REAL);
const start = (credentials: 'shared' | 'sealed'): Promise<Sensor> => {
  const { config } = readConfig({ ROLEFENCE_CREDENTIALS: credentials, ROLEFENCE_CONNECT_TO: `*:*=127.0.0.1:${port}` });
  return startSensor({
    config: { ...config, upstreamCa: authority.certificatePem },
    identity: { ownAccessKeyId: REAL.accessKeyId },
    log: createLog('error', (line) => void process.stderr.write(`${line}\n`)),
    sinks: [],
    caFile: null,
    sealer: credentials === 'sealed' ? sealer : null,
  });
};
const sides = [
  { name: 'shared', sensor: await start('shared'), keys: REAL },
  { name: 'sealed', sensor: await start('sealed'), keys: sealer.placeholder },
] as const;
type Side = (typeof sides)[number];

interface Plain {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly service: string;
  readonly payload: string;
  readonly more: readonly (readonly [string, string])[];
}

/** A head as an SDK would sign it. */
function signed({ method, host, path, service, payload, more }: Plain, keys: Credentials) {
  const time = new Date().toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope: Scope = { time, region: 'eu-central-1', service };
  const headers = [
    ['host', host] as const,
    ['x-amz-content-sha256', payload] as const,
    ['x-amz-date', time] as const,
    ['x-amz-security-token', keys.sessionToken!] as const,
    ...more,
  ];
  const names = headers.map(([name]) => name).sort();
  const signable: Signable = { method, path, query: '', headers, signed: names, payload };
  const rule = service === 's3' ? 'as-is' : 'normalized';
  const signer = new Signer(keys.secretAccessKey);
  const signature = signer.sign(scope, stringToSign(signable, rule, scope));
  const credential = `Credential=${keys.accessKeyId}/${scopeText(scope)}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  const fields = [...headers, ['authorization', authorization] as const].map(([n, v]) => `${n}: ${v}\r\n`).join('');
  return { head: `${method} ${path} HTTP/1.1\r\n${fields}`, signer, scope, signature };
}

const open = (side: Side, host: string): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: side.sensor.port, servername: host, ca: side.sensor.certificatePem! };
    const socket = connect(options, () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });

/** Resolves when the answer to what was written has come. */
const answered = (socket: TLSSocket): Promise<void> =>
  new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', function take(part: Buffer) {
      text += part.toString('latin1');
      if (!text.endsWith('{}') && !text.endsWith('0\r\n\r\n')) return;
      socket.removeListener('data', take);
      if (text.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(text.split('\r\n')[0]));
    });
  });

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!;

async function calls(): Promise<Record<string, number[]>> {
  const body = '{"TableName":"Orders","Key":{"id":{"S":"1"}}}';
  const host = 'dynamodb.eu-central-1.amazonaws.com';
  const plain: Plain = {
    method: 'POST',
    host,
    path: '/',
    service: 'dynamodb',
    payload: createHash('sha256').update(body).digest('hex'),
    more: [
      ['content-type', 'application/x-amz-json-1.0'],
      ['x-amz-target', 'DynamoDB_20120810.GetItem'],
    ],
  };
  const taken: Record<string, number[]> = { shared: [], sealed: [] };
  const sockets = await Promise.all(sides.map((side) => open(side, host)));
  for (let block = 0; block < BLOCKS; block++) {
    // No two alike, as an SDK sends them.
    const requests = sides.map((side) =>
      Array.from({ length: CALLS }, () => {
        const one = { ...plain, more: [...plain.more, ['amz-sdk-invocation-id', randomUUID()] as const] };
        return Buffer.from(`${signed(one, side.keys).head}content-length: ${body.length}\r\n\r\n${body}`);
      }),
    );
    // One after the other, so that what else the machine does meets both alike.
    for (let call = 0; call < CALLS; call++) {
      for (const [at, side] of sides.entries()) {
        const begun = process.hrtime.bigint();
        const answer = answered(sockets[at]!);
        sockets[at]!.write(requests[at]![call]!);
        await answer;
        // The first ones warm everything up.
        if (block > 1) taken[side.name]!.push(Number(process.hrtime.bigint() - begun) / 1_000);
      }
    }
  }
  for (const socket of sockets) socket.destroy();
  return taken;
}

const DATA = randomBytes(CHUNK);
const DATA_HASH = sha256(DATA);

/** Milliseconds for one upload. `chunks`: how its body is signed. */
async function upload(side: Side, chunks: 'unsigned' | 'signed'): Promise<number> {
  const host = 'photos.s3.eu-central-1.amazonaws.com';
  const count = SIZE / CHUNK;
  const payload = chunks === 'signed' ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' : 'UNSIGNED-PAYLOAD';
  const { head, signer, scope, signature } = signed(
    { method: 'PUT', host, path: '/large', service: 's3', payload, more: [] },
    side.keys,
  );
  // All of it is made before, so that only the sensor is measured.
  const parts: Buffer[] = [];
  let previous = signature;
  const line = (size: number, hash: string) => {
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${scope.time}\n${scopeText(scope)}\n${previous}\n${sha256('')}\n${hash}`;
    previous = signer.sign(scope, text);
    return Buffer.from(`${size.toString(16)};chunk-signature=${previous}\r\n`);
  };
  for (let at = 0; at < count; at++) {
    if (chunks === 'unsigned') parts.push(DATA);
    else parts.push(line(CHUNK, DATA_HASH), DATA, Buffer.from('\r\n'));
  }
  if (chunks === 'signed') parts.push(line(0, sha256('')), Buffer.from('\r\n'));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const socket = await open(side, host);
  const begun = process.hrtime.bigint();
  const answer = answered(socket);
  socket.write(`${head}content-length: ${length}\r\n\r\n`);
  for (const part of parts) if (!socket.write(part)) await new Promise((resolve) => socket.once('drain', resolve));
  await answer;
  socket.destroy();
  return Number(process.hrtime.bigint() - begun) / 1e6;
}

const taken = await calls();
const rates: Record<string, number> = {};
for (const chunks of ['unsigned', 'signed'] as const) {
  const times: Record<string, number[]> = { shared: [], sealed: [] };
  for (let round = 0; round < UPLOADS; round++) {
    for (const side of round % 2 === 0 ? sides : [...sides].reverse())
      times[side.name]!.push(await upload(side, chunks));
  }
  rates[chunks] = median(times.shared!) / median(times.sealed!);
}
const added = median(taken.sealed!) - median(taken.shared!);
process.stdout.write(
  `${JSON.stringify({
    medianUs: { shared: Math.round(median(taken.shared!)), sealed: Math.round(median(taken.sealed!)) },
    addedUs: Math.round(added),
    uploadRate: { unsigned: Number(rates.unsigned!.toFixed(2)), signed: Number(rates.signed!.toFixed(2)) },
    peakMiB: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);
for (const { sensor } of sides) await sensor.close();
upstream.closeAllConnections();
upstream.close();
process.exitCode = added <= BUDGET.addedUs && Object.values(rates).every((rate) => rate >= BUDGET.rate) ? 0 : 1;
