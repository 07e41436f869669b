import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { reconsider } from '../../../extension/guard/decide.ts';
import { arn, aws, get, put, uuid } from '../calls.ts';

/** One tenant an invocation: read, then write. */
const work = (tenant: string, n: number, invocation: string): readonly [Call, Call] => [
  get(`ledger/${tenant}/${uuid(n)}.avro`, { invocation, id: `${invocation}-read-${n}` }),
  put(`reports/${tenant}/${uuid(n)}.csv`, { invocation, id: `${invocation}-write-${n}` }),
];
const TENANTS = ['acme', 'globex', 'initech', 'umbrella'];

function judge() {
  const learner = createLearner();
  for (let n = 0; n < 120; n++) for (const one of work(TENANTS[n % 4]!, n, `inv-${n}`)) learner.observe(one);
  return createJudge(learner.document().functions.resize!);
}

/** The calls that company told of, in the order in which it was told. */
function toldOf(calls: readonly Call[]): (string | null)[] {
  const held = judge();
  return calls.flatMap((one) => {
    const found = [...held.before(one), ...held.after(one)].filter(({ detector }) => detector === 'company');
    return reconsider({ ...one, verdict: 'allow' }, found, { mode: 'alert', lenient: false }).findings.map(
      ({ callId }) => callId,
    );
  });
}

describe('a second tenant in one invocation', () => {
  const [read, write] = work('acme', 900, 'a');
  const [otherRead, otherWrite] = work('globex', 901, 'a');
  const next = work('initech', 902, 'b');

  it('is told with the next call of the invocation, and is a finding about its own call', () => {
    expect(toldOf([read, otherRead, write])).toEqual([otherRead.id]);
  });

  it('is told when the next invocation has begun as all begin', () => {
    expect(toldOf([read, write, otherRead, ...next])).toEqual([otherRead.id]);
  });

  it('is told at once where no invocation begins with such a call', () => {
    expect(toldOf([read, write, otherWrite])).toEqual([otherWrite.id]);
  });

  it('is not told where it is the first call of the next invocation, seen before Lambda told of that', () => {
    expect(toldOf([read, write, otherRead, { ...otherWrite, invocation: 'b' }, ...work('acme', 903, 'c')])).toEqual([]);
  });

  it('is told a severity lower where the environment ends with it', () => {
    const held = judge();
    const now = [read, write, otherRead].flatMap((one) => [...held.before(one), ...held.after(one)]);
    expect(now.filter(({ detector }) => detector === 'company')).toEqual([]);
    const left = held.end().filter(({ detector }) => detector === 'company');
    expect(left).toMatchObject([{ severity: 'medium', call: { id: otherRead.id } }]);
    expect(held.end()).toEqual([]);
  });

  it('is told where what comes next never comes after it', () => {
    const elsewhere = aws('sqs', 'SendMessage', arn('sqs', 'audit'), { invocation: 'b' });
    expect(toldOf([read, write, otherRead, elsewhere])).toEqual([otherRead.id]);
  });

  it('is told where one invocation after another seems to begin in the middle', () => {
    const [readB, writeB] = work('globex', 901, 'b');
    const [thirdRead] = work('initech', 905, 'b');
    const [, writeC] = work('initech', 905, 'c');
    expect(toldOf([read, write, otherRead, writeB, readB, thirdRead, writeC])).toEqual([thirdRead.id]);
  });

  it('is not told where two first calls, made side by side, are seen before', () => {
    const [another] = work('globex', 904, 'a');
    expect(toldOf([read, write, otherRead, another, { ...otherWrite, invocation: 'b' }])).toEqual([]);
  });
});

it('a call that is told of later leaves the verdict of the one that showed it alone', () => {
  const [one, other] = work('acme', 1, 'a');
  const deviation = judge()
    .before(get('elsewhere/x', { invocation: 'a' }))
    .map((found) => ({ ...found, call: one }));
  const judged = reconsider({ ...other, verdict: 'allow' }, deviation, { mode: 'alert', lenient: false });
  expect(judged.verdict).toBe('allow');
  expect(judged.findings[0]?.callId).toBe(one.id);
});
