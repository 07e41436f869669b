import { describe, expect, it } from 'vitest';
import { Budget } from '../../../baseline/detect/budget.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws, call, get, resized, uuid } from '../calls.ts';

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const atHours = (hours: number) => ({ time: new Date(START + hours * HOUR).toISOString() });

const loudness = { first: 20, lasting: false };

describe('one story', () => {
  /** Of so many invocations each `every`th shows it; how many of them tell. */
  const telling = (lasting = false, budget = new Budget()) => {
    let at = 0;
    return {
      shown(invocations: number, hours = 0, every = 1): number {
        let told = 0;
        for (let n = 0; n < invocations; n++) {
          at += every;
          const one = call(atHours(hours));
          if (!budget.spent(one, at, 'story', { first: 20, lasting }, at)) told++;
          budget.note(one, at, 'story', at);
        }
        return told;
      },
      without(invocations: number): void {
        at += invocations;
      },
    };
  };

  it('is told in twenty invocations of a day, then each time that it has doubled', () => {
    expect(telling().shown(20)).toBe(20);
    expect(telling().shown(1_000)).toBe(25);
  });

  it('is told anew on the next day while it is seldom, and is no news where a day without it would have been a gap', () => {
    const seldom = telling();
    expect(Array.from({ length: 5 }, (_, day) => seldom.shown(5, 25 * day, 40))).toEqual([5, 5, 5, 5, 5]);
    const often = telling();
    expect(Array.from({ length: 5 }, (_, day) => often.shown(30, 25 * day, 3))).toEqual([20, 0, 0, 0, 0]);
    expect(often.shown(30, 100 + 7 * 24 + 1, 3)).toBe(20);
  });

  it('is told on by doublings where it lies outside the scope, however long it lasts', () => {
    const fact = telling(true);
    expect(Array.from({ length: 6 }, (_, day) => fact.shown(30, 25 * day, 3))).toEqual([20, 1, 1, 0, 0, 1]);
  });

  it('is told anew where it had stayed away for longer than its rate lets expect, half as much for each time on one day', () => {
    const story = telling();
    expect(story.shown(150)).toBe(22);
    story.without(40);
    expect(story.shown(15)).toBe(10);
    story.without(4_000);
    expect(story.shown(15)).toBe(6);
  });

  it('is not told anew for a pause that its rate explains', () => {
    const story = telling();
    story.shown(100, 0, 10);
    story.without(60);
    expect(story.shown(10, 1, 10)).toBe(0);
  });

  it('takes nothing from other stories', () => {
    const budget = new Budget();
    telling(false, budget).shown(100);
    expect(budget.spent(call(atHours(1)), 999, 'other', loudness, 999)).toBe(false);
  });

  it('asked without being told changes nothing', () => {
    const budget = new Budget();
    for (let n = 0; n < 100; n++) expect(budget.spent(call(atHours(0)), n, 'story', loudness, n)).toBe(false);
  });
});

const learned = (calls: ReturnType<typeof call>[]) => {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return createJudge(learner.document().functions.resize!);
};

it('company with what is new is told as new, not as company', () => {
  const judge = learned(
    Array.from({ length: 120 }, (_, n) =>
      resized(uuid(n), `inv-${n}`).map((one) => ({ ...one, ...atHours(n) })),
    ).flat(),
  );
  const given = (table: string) =>
    aws('dynamodb', 'PutItem', arn('dynamodb', `table/${table}`), { invocation: 'x', id: table, ...atHours(121) });
  const found = ['Verdicts', 'Pictures'].flatMap((table) => [
    ...judge.before(given(table)),
    ...judge.after(given(table)),
  ]);
  expect(found.map(({ detector }) => detector)).toEqual(['resource']);
});

describe('what came twice in fourteen days', () => {
  const daily = Array.from({ length: 14 * 24 }, (_, n) =>
    get(`in/${uuid(n)}.csv`, { invocation: `h-${n}`, ...atHours(n) }),
  );
  const twice = (days: readonly number[]) =>
    learned([
      ...daily,
      ...days.map((day) =>
        aws('dynamodb', 'Query', arn('dynamodb', 'table/due'), { invocation: `d-${day}`, ...atHours(day * 24) }),
      ),
    ]).before(aws('dynamodb', 'Query', arn('dynamodb', 'table/due'), { invocation: 'now', ...atHours(14 * 24) }));

  it('is scheduled where a week lies between', () => {
    expect(twice([0, 7])).toEqual([]);
  });

  it('is rare where it does not', () => {
    expect(twice([1, 5])).toMatchObject([{ detector: 'rare' }]);
  });
});

describe('names that move on with the calendar', () => {
  it('by year and month are one place, whatever stands between them', () => {
    const judge = learned(
      Array.from({ length: 30 }, (_, n) => [
        get(`a/2026-01/${uuid(n)}.csv`, { invocation: `i-${n}` }),
        get(`b/report-202601.csv`, { invocation: `i-${n}` }),
      ]).flat(),
    );
    for (const key of [`a/2026-02/${uuid(99)}.csv`, 'b/report-202602.csv']) expect(judge.before(get(key))).toEqual([]);
    for (const key of [`a/2026-13/${uuid(99)}.csv`, 'b/report-202613.csv'])
      expect(judge.before(get(key))).toMatchObject([{ detector: 'resource' }]);
  });
});

it('of more tables than a baseline keeps none that follows the pattern is called new, and any other is', () => {
  const table = (n: number) =>
    aws('dynamodb', 'GetItem', arn('dynamodb', `table/orders-${uuid(n).slice(0, 8)}`), { invocation: `i-${n}` });
  const judge = learned(Array.from({ length: 300 }, (_, n) => table(n)));
  for (let n = 0; n < 300; n++) expect(judge.before(table(n))).toEqual([]);
  expect(judge.before(aws('dynamodb', 'GetItem', arn('dynamodb', 'table/salaries')))).toMatchObject([
    { detector: 'resource', kind: 'scope' },
  ]);
});
