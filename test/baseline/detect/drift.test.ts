import { describe, expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { put, uuid } from '../calls.ts';

const SOURCES = ['web', 'ios', 'android'];
const at = (hour: number) => ({ time: new Date(Date.UTC(2026, 0, 5) + hour * 3_600_000).toISOString() });

/** A file for each source, hour by hour. */
const hour = (n: number, sources: readonly string[]) =>
  sources.map((source) =>
    put(`lake/source=${source}/${uuid(n)}.parquet`, { invocation: `h-${n}`, id: `${n} ${source}`, ...at(n) }),
  );

/** What detectors say of sixty hours with one file more in each. */
function said(more: string): Set<string> {
  const learner = createLearner();
  for (let n = 0; n < 300; n++) for (const one of hour(n, SOURCES)) learner.observe(one);
  const judge = createJudge(learner.document().functions.resize!);
  const found = new Set<string>();
  for (let n = 300; n < 360; n++)
    for (const [i, one] of hour(n, [...SOURCES, more]).entries()) {
      const given = i === SOURCES.length ? { ...one, id: `${n} more` } : one;
      for (const { detector } of [...judge.before(given), ...judge.after(given)]) found.add(detector);
    }
  return found;
}

it('is told of one call more in each invocation', () => {
  expect(said('web')).toContain('drift');
});

it('is told once of what stays from then on, and anew of what comes on top of it', () => {
  const learner = createLearner();
  for (let n = 0; n < 300; n++) for (const one of hour(n, SOURCES)) learner.observe(one);
  const judge = createJudge(learner.document().functions.resize!);
  const drifts = (from: number, to: number, more: readonly string[]) => {
    let found = 0;
    for (let n = from; n < to; n++)
      for (const [i, one] of hour(n, [...SOURCES, ...more]).entries()) {
        const given = { ...one, id: `${n} ${i}` };
        found += [...judge.before(given), ...judge.after(given)].filter(({ detector }) => detector === 'drift').length;
      }
    return found;
  };
  expect(drifts(300, 700, ['web'])).toBe(1);
  expect(drifts(700, 800, ['web', 'web', 'ios'])).toBeGreaterThan(0);
});

it('is not told of what was told as new: a source more is no drift of the others', () => {
  const found = said('tv');
  expect(found).toContain('resource');
  expect(found).not.toContain('drift');
});

it('is not told of sizes that differ from call to call of each invocation alike', () => {
  const run = (n: number) =>
    [5_600, 1_900].map((bytesOut, i) =>
      put(`rates/${uuid(2 * n + i)}.json`, { invocation: `r-${n}`, id: `${n} ${i}`, bytesOut, ...at(n) }),
    );
  const learner = createLearner();
  for (let n = 0; n < 200; n++) for (const one of run(n)) learner.observe(one);
  const judge = createJudge(learner.document().functions.resize!);
  const found = Array.from({ length: 200 }, (_, n) => run(200 + n))
    .flat()
    .flatMap((one) => [...judge.before(one), ...judge.after(one)]);
  expect(found).toEqual([]);
});

describe('records that say less', () => {
  /** What is told of a hundred that are written with so many bytes, after three hundred with what `usual` gives. */
  function told(usual: (n: number) => number, bytesOut: number): string[] {
    const run = (n: number, bytes: number) =>
      put(`log/${uuid(n)}.json`, { invocation: `l-${n}`, id: `${n}`, bytesOut: bytes, ...at(n) });
    const learner = createLearner();
    for (let n = 0; n < 300; n++) learner.observe(run(n, usual(n)));
    const judge = createJudge(learner.document().functions.resize!);
    return Array.from({ length: 100 }, (_, n) => run(300 + n, bytesOut))
      .flatMap((one) => [...judge.before(one), ...judge.after(one)])
      .map(({ reason }) => reason);
  }

  it('are told of where all are of a size', () => {
    expect(told((n) => 700 + (n % 10) * 15, 340)[0]).toMatch(
      /came with fewer bytes sent than usual; normal is about 7\d\d B in a call$/,
    );
  });

  it('are nothing where sizes differ anyway', () => {
    expect(told((n) => 200 * 2 ** (n % 5), 340)).toEqual([]);
  });
});
