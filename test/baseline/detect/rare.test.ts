import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws, get, uuid } from '../calls.ts';

const START = Date.UTC(2026, 0, 5);
const at = (day: number, hour = 0) => ({ time: new Date(START + (day * 24 + hour) * 3_600_000).toISOString() });

/** What is told of a call a day after a fortnight of work with what was hidden in it. */
function found(work: readonly Call[], hidden: readonly Call[], one: Call) {
  const learner = createLearner();
  for (const each of [...work, ...hidden].sort((a, b) => (a.time! < b.time! ? -1 : 1))) learner.observe(each);
  const judge = createJudge(learner.document().functions.resize!);
  return judge.before({ ...one, ...at(14) });
}
const later = (...given: Parameters<typeof found>) =>
  found(...given).map(({ detector, severity }) => `${detector} ${severity}`);
const reasons = (...given: Parameters<typeof found>) => found(...given).map(({ reason }) => reason);

const nightly = Array.from({ length: 14 }, (_, day) =>
  get(`in/${uuid(day)}.csv`, { invocation: `n-${day}`, ...at(day) }),
);
const hourly = Array.from({ length: 14 * 24 }, (_, n) =>
  get(`in/${uuid(n)}.csv`, { invocation: `h-${n}`, ...at(0, n) }),
);

describe('what came in one burst of a fortnight', () => {
  const secret = aws('secretsmanager', 'GetSecretValue', arn('secretsmanager', 'secret:root-AbCdEf'));
  const speech = aws('polly', 'SynthesizeSpeech', '*');
  const once = (one: Call, day: number): Call => ({ ...one, invocation: 'hidden', ...at(day, 1) });

  it('stays suspicious where it opens ways, however few the invocations and on the last day too', () => {
    expect(later(nightly, [once(secret, 5)], secret)).toEqual(['rare high']);
    expect(later(nightly, [once(secret, 13)], secret)).toEqual(['rare high']);
  });

  it('is told with how often it came, and when', () => {
    const [reason] = reasons(nightly, [once(secret, 5)], secret);
    expect(reason).toMatch(/is in the baseline from one invocation of about 1\d, on 2026-01-10: look/);
  });

  it('is normal where it came on several days', () => {
    const days = [2, 6, 11].map((day) => ({ ...secret, invocation: `s-${day}`, ...at(day, 1) }));
    expect(later(nightly, days, secret)).toEqual([]);
  });

  it('stays suspicious where hardly any other day brought anything new, however harmless it is', () => {
    expect(later(hourly, [once(speech, 5)], speech)).toEqual(['rare medium']);
    const other = aws('dynamodb', 'PutItem', arn('dynamodb', 'table/other'));
    const work = hourly.map((one, n) =>
      aws('dynamodb', 'PutItem', arn('dynamodb', 'table/own'), {
        invocation: one.invocation,
        time: one.time,
        id: `p-${n}`,
      }),
    );
    expect(later(work, [once(other, 5)], other)).toEqual(['rare medium']);
  });

  it('says nothing where it is harmless and other days brought new things, too', () => {
    const others = ['Queue', 'Topic', 'Stream', 'Bus'].map((name, i) => ({
      ...once(aws('made', `Put${name}`, '*'), 2 * i),
      invocation: `other-${i}`,
    }));
    expect(later(hourly, [once(speech, 9), ...others], speech)).toEqual([]);
  });

  it('is told where it left for an account that the function has nothing to do with', () => {
    const bus = (account: string, given: Partial<Call> = {}) =>
      aws('events', 'PutEvents', `arn:aws:events:eu-west-1:${account}:event-bus/default`, given);
    const work = Array.from({ length: 14 * 24 }, (_, n) => bus('111122223333', { invocation: `h-${n}`, ...at(0, n) }));
    expect(later(work, [once(bus('999988887777'), 5)], bus('999988887777'))).toEqual(['rare high']);
  });

  it('says nothing in a folder that has a name of its own day after day', () => {
    const odd = (name: string, day: number) => get(`in/q/${name}.bin`, { invocation: `odd-${day}`, ...at(day, 2) });
    const one = get('in/q/left.bin');
    expect(later(hourly, [odd('left', 3)], one)).toEqual(['rare high']);
    expect(later(hourly, [odd('left', 3), odd('up-4', 6), odd('x9', 8)], one)).toEqual([]);
  });
});
