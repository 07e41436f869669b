/**
 * What a call costs beside the sockets: naming, the record, judging, learning, as the sensor puts them together. `node bench/identify/call.ts [CALLS]`. Processor time of batches
 * of 500 calls, mode by mode in turns, with a bare JSON.parse of a Call record in between: the ratio to that is what one machine says of another.
 */
import { createLearner } from '../../baseline/learn/learner.ts';
import { createMeter } from '../../extension/alerts/measures.ts';
import { readConfig } from '../../extension/config.ts';
import { createGuard } from '../../extension/guard/guard.ts';
import { learningGuard } from '../../extension/guard/learning.ts';
import { engineReady } from '../../extension/identify/engine.ts';
import { createInvocations } from '../../extension/invocations.ts';
import { createLog } from '../../extension/log.ts';
import type { Decision, Inspector } from '../../extension/proxy/inspector.ts';
import { createSight } from '../../extension/sight/status.ts';
import { createInspector } from '../../extension/way-of-a-call.ts';
import { getItem, getObject, type Request, sendMessage } from './requests.ts';

const BATCH = 500;
const CALLS_OF_AN_INVOCATION = 6;
const calls = Number(process.argv[2] ?? 40_000);

await engineReady();
const { config } = readConfig({});
const identity = {
  function: 'arn:aws:lambda:us-east-1:111122223333:function:resize',
  version: '7',
  environment: '0a1b2c3d4e5f6071',
  account: '111122223333',
  ownAccessKeyId: 'ASIAYRXF6TDQHZ6ZXEZJ',
  invocation: 'none',
};
/** An object under a new name each time, as most functions read and write them. */
const requests: Request[] = Array.from({ length: 512 }, (_, index) =>
  index % 3 === 0 ? getItem(index) : index % 3 === 1 ? sendMessage(index) : getObject(index),
);

interface Way {
  readonly name: string;
  readonly inspector: Inspector;
  readonly learned: () => unknown;
  readonly times: number[];
  number: number;
}

function way(
  name: string,
  mode: 'learn' | 'alert',
  document: ReturnType<ReturnType<typeof createLearner>['document']> | null,
): Way {
  const learner = mode === 'learn' ? createLearner() : null;
  const guard = mode === 'learn' ? learningGuard : createGuard({ mode, onFailure: 'open', newVersion: 'block' });
  if (document !== null) guard.arm(document, null);
  const self: Way = {
    name,
    learned: () => learner?.document() ?? null,
    times: [],
    number: 0,
    inspector: createInspector({
      guard,
      unknown: () => null,
      learner,
      identity: () => ({ ...identity, invocation: `inv-${Math.floor(self.number / CALLS_OF_AN_INVOCATION)}` }),
      invocations: createInvocations(),
      ownKeys: null,
      publish(findings) {
        const [first] = findings;
        if (first !== undefined) throw new Error(first.reason);
        return null;
      },
      urges: false,
      meter: createMeter(),
      sight: createSight(() => false),
      config,
      log: createLog('error', console.error),
      onCall: undefined,
      sealer: null,
      presigning: null,
    }),
  };
  return self;
}

const ANSWER = [
  ['content-type', 'application/x-amz-json-1.0'],
  ['content-length', '300'],
] as const;
const EMPTY = new Uint8Array();

function pass(one: Way): void {
  const { head, body } = requests[one.number++ % requests.length]!;
  const inspection = one.inspector.request({ ...head });
  if (inspection.kind === 'later') throw new Error('nobody tells of invocations');
  const decision: Decision = inspection.kind === 'decided' ? inspection.decision : inspection.decide(body, false);
  if (decision.kind !== 'forward') throw new Error('a call was refused');
  decision.ended({
    status: 200,
    headers: ANSWER,
    body: EMPTY,
    bytesOut: 1_200,
    bytesIn: 400,
    durationMs: 3.25,
    aborted: null,
  });
}

const teacher = way('', 'learn', null);
for (let n = 0; n < 3_000; n++) pass(teacher);
const ways = [way('learning', 'learn', null), way('judging', 'alert', teacher.learned() as never)];
const line = JSON.stringify({
  ...identity,
  access: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::photo-archive/2026/11/25/image-1.jpg'] }],
  time: new Date().toISOString(),
  host: 'photo-archive.s3.us-east-1.amazonaws.com',
  bytesOut: 1,
  bytesIn: 2,
  status: 200,
  items: 1,
  durationMs: 1.5,
  region: 'us-east-1',
  operation: 'GetObject',
  service: 's3',
  certainty: 'exact',
  verdict: 'allow',
  errorCode: null,
  prefix: null,
});
const parse: number[] = [];

function timed(work: () => void): number {
  const started = process.cpuUsage();
  for (let n = 0; n < BATCH; n++) work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / BATCH;
}

for (let done = 0; done < calls; done += BATCH) {
  for (const one of ways) one.times.push(timed(() => pass(one)));
  parse.push(timed(() => void JSON.parse(line)));
}

const median = (of: readonly number[]): number => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)]!;
const half = (of: readonly number[]): readonly number[] => of.slice(of.length / 2);
console.log('µs of processor time a call   first 1,000    median of the second half   ÷ JSON.parse of a record');
for (const { name, times } of [...ways, { name: 'JSON.parse', times: parse }]) {
  const settled = median(half(times));
  console.log(
    `${name.padEnd(28)} ${((times[0]! + times[1]!) / 2).toFixed(2).padStart(12)} ${settled.toFixed(2).padStart(30)} ${(settled / median(half(parse))).toFixed(2).padStart(26)}`,
  );
}
