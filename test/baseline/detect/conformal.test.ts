import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { Oddities } from '../../../baseline/detect/conformal.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws } from '../calls.ts';

/** One a day. */
const odd = (...oddness: readonly number[]) => oddness.map((one, day) => ({ oddness: one, day }));

describe('what was odd while a function was learned', () => {
  it('says nothing against a detector where there was nothing', () => {
    expect(new Oddities([], 50).areUsual(20)).toBe(false);
  });

  it('mutes what is no odder, where it came more often than the risk', () => {
    const often = new Oddities(odd(60, 50, 40, 30, 25), 1_000);
    expect(often.areUsual(40)).toBe(true);
    expect(often.areUsual(100)).toBe(true);
    expect(often.areUsual(130)).toBe(false);
  });

  it('does not, where it came on two days of ten thousand invocations', () => {
    expect(new Oddities(odd(900, 900), 20_000).areUsual(500)).toBe(false);
    expect(new Oddities(odd(900, 900), 3_000).areUsual(500)).toBe(true);
  });

  it('does not, where all of it came on one day, as an intruder does', () => {
    expect(
      new Oddities(
        [900, 900, 900].map((oddness) => ({ oddness, day: 3 })),
        300,
      ).areUsual(500),
    ).toBe(false);
  });
});

describe('the order of calls', () => {
  const STEPS = ['a', 'b', 'c', 'd', 'e', 'f'];
  const at = (n: number) => ({ time: new Date(Date.UTC(2026, 0, 5) + n * 600_000).toISOString() });
  const step = (table: string, invocation: string, n: number): Call =>
    aws('dynamodb', 'PutItem', arn('dynamodb', `table/${table}`), { invocation, environment: 'env-1', ...at(n) });
  /** Two neighbours that changed places, once each. */
  const SWAPPED: Readonly<Record<number, number>> = { 50: 1, 120: 3, 200: 2 };

  const learned = (swapping: boolean) => {
    const learner = createLearner();
    for (let n = 0; n < 300; n++) {
      const order = [...STEPS];
      const at = swapping ? SWAPPED[n] : undefined;
      if (at !== undefined) order.splice(at, 2, order[at + 1]!, order[at]!);
      for (const name of order) learner.observe(step(name, `inv-${n}`, n));
    }
    return createJudge(learner.document().functions.resize!);
  };
  const backwards = (judge: ReturnType<typeof learned>) =>
    ['a', 'f', 'b', 'c']
      .flatMap((name) => judge.after(step(name, 'odd', 400)))
      .filter((one) => one.detector === 'order');

  it('is told of where the function has one', () => {
    expect(backwards(learned(false))).not.toEqual([]);
  });

  it('is not where new pairs kept coming while it was learned', () => {
    expect(backwards(learned(true))).toEqual([]);
  });

  it('is not told of after a call that was refused: what comes next misses it', () => {
    const judge = learned(false);
    const calls = [
      step('a', 'odd', 400),
      step('b', 'odd', 400),
      aws('sqs', 'SendMessage', arn('sqs', 'audit'), {
        invocation: 'odd',
        environment: 'env-1',
        id: 'refused',
        ...at(400),
      }),
      step('f', 'odd', 400),
    ];
    const found = calls.flatMap((one) => (judge.before(one).length > 0 ? [] : judge.after(one)));
    expect(found).toEqual([]);
  });

  it('is told of at the beginning, where it is sure that this is one', () => {
    const first = (before: readonly Call[]) => {
      const judge = learned(false);
      for (const one of before) judge.after(one);
      // What it shows of the call before it has that call with it
      return judge
        .after(step('d', 'next', 402))
        .filter(({ detector, call: about }) => detector === 'order' && about === undefined);
    };
    const whole = STEPS.map((name) => step(name, 'whole', 401));
    expect(first(whole)).toMatchObject([
      { reason: expect.stringMatching(/came first in an invocation, which .* in about \d+ invocations/) },
    ]);
    // Its own first call may have been counted with the invocation before
    expect(first([...whole, step('a', 'whole', 401)])).toEqual([]);
  });
});
