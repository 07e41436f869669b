/**
 * What reading, learning and judging cost: `node bench/detection/speed.ts [FILE.jsonl.gz]`. Processor time of batches of 500 calls, so that the clock is not what is measured,
 * turn by turn with a bare JSON.parse of the same lines: the ratio to that is what one machine says of another. The fastest tenth is what others at work disturb least; the first round warms up.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Call } from '../../baseline/call.ts';
import { createJudge, type Judge } from '../../baseline/detect/judge.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { readCall } from '../../baseline/read-call.ts';
import { CallLines } from '../../baseline/read-call-line.ts';
import { generate } from './generate/generate.ts';

const BATCH = 500;
const ROUNDS = 4;

const [file] = process.argv.slice(2);
const bytes =
  file === undefined
    ? Buffer.from(
        generate(1)
          .train.map((call) => `${JSON.stringify(call)}\n`)
          .join(''),
      )
    : gunzipSync(readFileSync(file));
const lines: (readonly [from: number, to: number])[] = [];
for (let from = 0, to = bytes.indexOf(10); to >= 0; from = to + 1, to = bytes.indexOf(10, from)) lines.push([from, to]);

const NAMES = ['JSON.parse', 'and readCall', 'reading', 'learning', 'judging'] as const;
const times = new Map<string, number[]>(NAMES.map((name) => [name, []]));

function measure<T>(name: (typeof NAMES)[number], round: number, work: () => T): T {
  const started = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(started);
  if (round > 0) times.get(name)!.push((user + system) / BATCH);
  return result;
}

let judges = new Map<string, Judge>();
for (let round = 0; round < ROUNDS; round++) {
  const learner = createLearner();
  const reader = new CallLines(false);
  const read = ([from, to]: readonly [number, number]): Call =>
    reader.read(bytes, from, to) ?? readCall(JSON.parse(bytes.toString('utf8', from, to)));
  for (let at = 0; at + BATCH <= lines.length; at += BATCH) {
    const batch = lines.slice(at, at + BATCH);
    measure('JSON.parse', round, () => {
      for (const [from, to] of batch) JSON.parse(bytes.toString('utf8', from, to));
    });
    measure('and readCall', round, () => {
      for (const [from, to] of batch) readCall(JSON.parse(bytes.toString('utf8', from, to)));
    });
    const calls = measure('reading', round, () => batch.map(read));
    measure('learning', round, () => {
      for (const call of calls) learner.observe(call);
    });
    if (judges.size === 0) continue;
    measure('judging', round, () => {
      for (const call of calls) {
        const judge = judges.get(call.function!)!;
        judge.before(call);
        judge.after(call);
      }
    });
  }
  judges = new Map(Object.entries(learner.document().functions).map(([name, one]) => [name, createJudge(one)]));
}

const at = (name: string, share: number): number => {
  const sorted = [...times.get(name)!].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * share)]!;
};
const parse = at('JSON.parse', 0.5);
console.log(`${lines.length} calls of ${Math.round(bytes.length / lines.length)} bytes; µs of processor time a call`);
console.log(`${''.padEnd(14)}    tenth    median  slowest 1 %   median ÷ JSON.parse`);
for (const name of NAMES) {
  const [tenth, median, slow] = [0.1, 0.5, 0.99].map((share) => at(name, share));
  console.log(
    `${name.padEnd(14)} ${tenth!.toFixed(2).padStart(9)} ${median!.toFixed(2).padStart(9)} ${slow!.toFixed(2).padStart(12)} ${(median! / parse).toFixed(2).padStart(21)}`,
  );
}
const perSecond = (share: number) => Math.round(1e6 / (at('reading', share) + at('learning', share)));
console.log(
  `reading and learning, calls a second and core: ${perSecond(0.1)} by the fastest tenth, ${perSecond(0.5)} by the median`,
);
