/**
 * What sealed credentials cost beside shared ones, in one run: `node bench/seal/main.ts`. Two sensors, the same upstream, the client: each a process of its own, the
 * sides in turn. Exits 1 above the budgets (DESIGN: sealed adds 60 µs to the median call; large uploads at 0.8 of the rate of shared ones).
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scopeText, sha256 } from '../../extension/sigv4/canonical.ts';
import { cpuSeconds, memoryMiB, stop } from '../proxy/processes.ts';
import { median } from '../proxy/statistics.ts';
import { startUpstream } from '../proxy/upstream/start.ts';
import { answered, open, type Side, startSide } from './sides.ts';
import { type Plain, signed } from './signed.ts';

const BLOCKS = 48;
const WARMING = 24;
const CALLS = 50;
const UPLOADS = 9;
const SIZE = 32 * 1024 * 1024;
const CHUNK = 128 * 1024;
const BUDGET = { addedUs: 60, rate: 0.8 };

const folder = mkdtempSync(join(tmpdir(), 'rolefence-bench-seal-'));
const upstream = await startUpstream(folder);
const sides = [await startSide('shared', upstream), await startSide('sealed', upstream)] as const;

const perSide = <T>(make: () => T): Record<Side['name'], T> => ({ shared: make(), sealed: make() });
const bySide = async (make: (side: Side) => Promise<number>): Promise<Record<Side['name'], number>> => ({
  shared: await make(sides[0]),
  sealed: await make(sides[1]),
});
const microseconds = (since: bigint): number => Number(process.hrtime.bigint() - since) / 1_000;

/** Of each call, microseconds: by the clock, and of the sensor's processor time. */
async function calls() {
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
  const taken = perSide<number[]>(() => []);
  const processor = perSide<number[]>(() => []);
  const sockets = { shared: await open(sides[0], host), sealed: await open(sides[1], host) };
  for (let block = 0; block < BLOCKS; block++) {
    for (const side of block % 2 === 0 ? sides : [...sides].reverse()) {
      // No two alike, as an SDK sends them.
      const requests = Array.from({ length: CALLS }, () => {
        const one = { ...plain, more: [...plain.more, ['amz-sdk-invocation-id', randomUUID()] as const] };
        return Buffer.from(`${signed(one, side.keys).head}content-length: ${body.length}\r\n\r\n${body}`);
      });
      const before = cpuSeconds(side.child.process.pid!);
      for (const request of requests) {
        const begun = process.hrtime.bigint();
        const answer = answered(sockets[side.name]);
        sockets[side.name].write(request);
        await answer;
        if (block >= WARMING) taken[side.name].push(microseconds(begun));
      }
      if (block < WARMING) continue;
      processor[side.name].push(((cpuSeconds(side.child.process.pid!) - before) / CALLS) * 1e6);
    }
  }
  for (const socket of Object.values(sockets)) socket.destroy();
  return { taken, processor };
}

const DATA = randomBytes(CHUNK);
const DATA_HASH = sha256(DATA);

/** One upload, made before, so that nothing but sending it is measured: microseconds by the clock, and of the sensor's processor time. `chunks`: how its body is signed. */
async function upload(side: Side, chunks: 'unsigned' | 'signed'): Promise<{ taken: number; processor: number }> {
  const host = 'photos.s3.eu-central-1.amazonaws.com';
  const payload = chunks === 'signed' ? 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' : 'UNSIGNED-PAYLOAD';
  const plain: Plain = { method: 'PUT', host, path: `/${randomUUID()}`, service: 's3', payload, more: [] };
  const { head, signer, scope, signature } = signed(plain, side.keys);
  const parts: Buffer[] = [];
  let previous = signature;
  const line = (size: number, hash: string) => {
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${scope.time}\n${scopeText(scope)}\n${previous}\n${sha256('')}\n${hash}`;
    previous = signer.sign(scope, text);
    return Buffer.from(`${size.toString(16)};chunk-signature=${previous}\r\n`);
  };
  for (let at = 0; at < SIZE / CHUNK; at++) {
    if (chunks === 'unsigned') parts.push(DATA);
    else parts.push(line(CHUNK, DATA_HASH), DATA, Buffer.from('\r\n'));
  }
  if (chunks === 'signed') parts.push(line(0, sha256('')), Buffer.from('\r\n'));
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const socket = await open(side, host);
  const before = cpuSeconds(side.child.process.pid!);
  const begun = process.hrtime.bigint();
  const answer = answered(socket);
  socket.write(`${head}content-length: ${length}\r\n\r\n`);
  for (const part of parts) if (!socket.write(part)) await new Promise((resolve) => socket.once('drain', resolve));
  await answer;
  const taken = microseconds(begun);
  const processor = (cpuSeconds(side.child.process.pid!) - before) * 1e6;
  socket.destroy();
  return { taken, processor };
}

async function uploads(chunks: 'unsigned' | 'signed') {
  const taken = perSide<number[]>(() => []);
  const processor = perSide<number[]>(() => []);
  for (let round = 0; round < UPLOADS; round++) {
    for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
      const one = await upload(side, chunks);
      taken[side.name].push(one.taken);
      processor[side.name].push(one.processor);
    }
  }
  const rounded = (figure: number) => Number(figure.toFixed(2));
  return {
    rate: rounded(median(taken.shared) / median(taken.sealed)),
    processor: rounded(median(processor.sealed) / median(processor.shared)),
  };
}

try {
  const { taken, processor } = await calls();
  const unsigned = await uploads('unsigned');
  const chunked = await uploads('signed');
  const added = median(taken.sealed) - median(taken.shared);
  const figures = {
    medianUs: { shared: Math.round(median(taken.shared)), sealed: Math.round(median(taken.sealed)) },
    addedUs: Math.round(added),
    processorUs: { shared: Math.round(median(processor.shared)), sealed: Math.round(median(processor.sealed)) },
    // `rate`: of that of shared credentials. `processor`: the sensor's time, as a multiple of theirs.
    uploads: { unsigned, signed: chunked },
    peakMiB: await bySide(async ({ child }) => Math.round(memoryMiB(child.process.pid!).peak)),
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = added <= BUDGET.addedUs && [unsigned, chunked].every(({ rate }) => rate >= BUDGET.rate) ? 0 : 1;
} finally {
  for (const { child } of sides) await stop(child);
  await stop(upstream.child);
  rmSync(folder, { recursive: true, force: true });
}
