import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import type { Deviation } from '../../../baseline/detect/deviation.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { FunctionBaseline } from '../../../baseline/model/document.ts';
import { arn, aws, connect, get, uuid } from '../calls.ts';

const at = (n: number) => ({ time: new Date(Date.UTC(2026, 0, 5) + n * 900_000).toISOString() });

/** A voucher is looked for; where it is good it is taken, and the ledger says so. */
const looked = (n: number, given: Partial<Call> = {}): Call[] => [
  aws('dynamodb', 'GetItem', arn('dynamodb', 'table/Vouchers'), {
    invocation: `v-${n}`,
    id: `${n} get`,
    ...at(n),
    ...given,
  }),
];
const taken = (n: number, given: Partial<Call> = {}): Call[] => [
  ...looked(n, given),
  aws('dynamodb', 'UpdateItem', arn('dynamodb', 'table/Vouchers'), {
    invocation: `v-${n}`,
    id: `${n} take`,
    ...at(n),
    ...given,
  }),
];
const written = (n: number, given: Partial<Call> = {}): Call[] => [
  ...taken(n, given),
  aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Ledger'), {
    invocation: `v-${n}`,
    id: `${n} write`,
    ...at(n),
    ...given,
  }),
];

const learner = createLearner();
for (let n = 0; n < 1_400; n++) for (const one of n % 14 === 13 ? looked(n) : written(n)) learner.observe(one);
const baseline = learner.document().functions.resize!;

function found(runs: readonly (readonly Call[])[]): Deviation[] {
  const judge = createJudge(baseline);
  return [...runs.flat().flatMap((one) => [...judge.before(one), ...judge.after(one)]), ...judge.end()];
}
const runs = (count: number, make: (n: number) => Call[]) => Array.from({ length: count }, (_, n) => make(1_400 + n));

describe('is told of', () => {
  it('work that is done and not written down, with the last call of the invocation that made it too often', () => {
    const [first, ...more] = found(runs(40, (n) => (n >= 1_410 && n < 1_422 ? taken(n) : written(n))));
    expect(first).toMatchObject({ detector: 'omission', kind: 'unusual', severity: 'medium' });
    expect(first).toMatchObject({ action: 'dynamodb:PutItem', resource: arn('dynamodb', 'table/Ledger') });
    expect(first!.reason).toMatch(
      /^Of the last \d+ invocations \d+ ended without dynamodb:PutItem on table\/Ledger; normal is none of 128 looked at$/,
    );
    expect(first!.call!.id).toMatch(/^14(1\d|2[01]) take$/);
    expect(more.length).toBeLessThan(3);
  });

  it('runs that end early, once half of them do', () => {
    const all = found(runs(80, (n) => (n % 2 === 0 ? looked(n) : written(n))));
    expect(all.map(({ detector }) => detector)).toContain('omission');
    expect(all[0]!.reason).toContain('ended without dynamodb:PutItem');
    expect(all[0]!.reason).toMatch(/; normal is \d of 128 looked at$/);
  });

  it('what goes on, once: then it is a notice each time that it has doubled', () => {
    const severities = found(runs(200, taken)).map(({ severity }) => severity);
    expect(severities).toEqual(['medium', ...Array.from({ length: severities.length - 1 }, () => 'info')]);
    expect(severities.length).toBeLessThan(8);
  });

  it('the same after one call that says it belongs to an invocation long over, or a connection that closes when its own is', () => {
    for (const late of [
      taken(1_400, { id: 'late' })[1]!,
      connect('mail.example.com:443', { invocation: 'v-1400', ...at(1_407) }),
    ]) {
      const all = found([...runs(7, written), [late], ...runs(30, (n) => taken(n + 7))]);
      expect(all.map(({ detector }) => detector)).toContain('omission');
    }
  });

  it('the same some time after an invocation was tried again by its id', () => {
    const all = found([...runs(40, written), written(1_400), ...runs(120, (n) => taken(n + 40))]);
    const [first] = all.filter(({ detector }) => detector === 'omission');
    expect(Number(first!.call!.invocation!.slice(2))).toBeGreaterThan(1_440 + 60);
  });

  it('what the last invocations of all left out, at the end', () => {
    const all = found(runs(8, taken));
    expect(all.length).toBeGreaterThan(0);
  });
});

describe('says nothing', () => {
  it('of runs that break off now and then, or end early as often as ever', () => {
    expect(found(runs(1_000, (n) => (n % 100 === 0 ? taken(n) : n % 14 === 5 ? looked(n) : written(n))))).toEqual([]);
  });

  it('of runs that were answered an error, or nothing', () => {
    for (const given of [{ errorCode: 'ThrottlingException', status: 400 }, { status: 503 }, { status: null }])
      expect(found(runs(30, (n) => taken(n, given))).filter(({ detector }) => detector === 'omission')).toEqual([]);
  });

  it('of runs whose next call was refused', () => {
    const judge = createJudge(baseline);
    const all = runs(30, taken).flatMap((run, n) => [
      ...run.flatMap((one) => [...judge.before(one), ...judge.after(one)]),
      ...judge.before(get(`secrets/${uuid(n)}`, { id: `refused-${n}`, invocation: run[0]!.invocation })),
    ]);
    expect([...all, ...judge.end()].filter(({ detector }) => detector === 'omission')).toEqual([]);
  });

  it('of runs that took their steps in an odd order, which tells of them already', () => {
    const swapped = (n: number) => taken(n).reverse();
    const detectors = found(runs(60, (n) => (n % 2 === 0 ? swapped(n) : written(n)))).map(({ detector }) => detector);
    expect(new Set(detectors)).toEqual(new Set(['order']));
  });

  it('where an environment runs several side by side, or a call comes when its invocation is long over', () => {
    const late = runs(30, written).flatMap((run, n, all) => [run.slice(0, 2), (all[n - 3] ?? []).slice(2)]);
    expect(found(late).filter(({ detector }) => detector === 'omission')).toEqual([]);
  });

  it('of connections that close when others have begun', () => {
    const learned = createLearner();
    const open = (n: number) => connect('mail.example.com:443', { invocation: `v-${n}`, ...at(n) });
    for (let n = 0; n < 600; n++) for (const one of [...written(n), open(n)]) learned.observe(one);
    const judge = createJudge(learned.document().functions.resize!);
    const all = runs(60, (n) => [...written(n), open(n - 4)])
      .flat()
      .flatMap((one) => [...judge.before(one), ...judge.after(one)]);
    expect([...all, ...judge.end()].filter(({ detector }) => detector === 'omission')).toEqual([]);
  });

  it('where no invocation is known', () => {
    expect(
      found(runs(30, (n) => taken(n, { invocation: null }))).filter(({ detector }) => detector === 'omission'),
    ).toEqual([]);
  });
});

describe('a function that finds nothing to do at night', () => {
  const DAY = 96;
  const isNight = (n: number) => n % DAY < 24;
  const life = (n: number) => (isNight(n) ? looked(n) : written(n));
  const learned = createLearner();
  for (let n = 0; n < 20 * DAY; n++) for (const one of life(n)) learned.observe(one);
  const { functions } = learned.document();
  const nights = functions.resize!;
  const omissions = (baseline: FunctionBaseline, make: (n: number) => Call[]) => {
    const judge = createJudge(baseline);
    const calls = Array.from({ length: 8 * DAY }, (_, n) => make(20 * DAY + n)).flat();
    return [...calls.flatMap((one) => [...judge.before(one), ...judge.after(one)]), ...judge.end()].filter(
      ({ detector }) => detector === 'omission',
    );
  };
  const untimed = { ...nights, sample: nights.sample.map((line) => line.replace(/ @\w+/, '')) };

  it('may do so night after night, also when clocks are put back', () => {
    expect(omissions(nights, life)).toEqual([]);
    expect(omissions(nights, (n) => (isNight(n + 4) ? looked(n) : written(n)))).toEqual([]);
  });

  it('is told of by day, and at night of what at night never ends so', () => {
    const noon = 23 * DAY + 48;
    const [byDay] = omissions(nights, (n) => (n >= noon && n < noon + 16 ? looked(n) : life(n)));
    expect(byDay?.call?.time).toMatch(/T1[2-5]:/);
    const night = 23 * DAY + 4;
    const [atNight] = omissions(nights, (n) => (n >= night && n < night + 8 ? taken(n) : life(n)));
    expect(atNight?.call?.time).toMatch(/T0[12]:/);
  });

  it('is left alone where the baseline does not say when, but for what never ended so', () => {
    expect(omissions(untimed, life)).toEqual([]);
    expect(omissions(untimed, (n) => (n % DAY === 50 ? [] : taken(n))).length).toBeGreaterThan(0);
  });
});

it('is told three times where it comes again and again; then it is a notice', () => {
  const now = runs(2_000, (n) => (n % 200 < 12 ? looked(n) : written(n)));
  const severities = found(now).map(({ severity }) => severity);
  expect(severities.filter((severity) => severity === 'medium')).toHaveLength(3);
  expect(severities.length).toBeGreaterThan(3);
});
