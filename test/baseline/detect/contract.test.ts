import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import type { Deviation } from '../../../baseline/detect/deviation.ts';
import { createJudge, detectors } from '../../../baseline/detect/judge.ts';
import { DETECTOR_NAMES, SEVERITIES } from '../../../baseline/finding.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import schema from '../../../baseline/schema/finding.schema.json' with { type: 'json' };
import { arn, aws, call, connect, get, put, resized, uuid } from '../calls.ts';

const DAY = 86_400_000;
const at = (day: number, minute: number) => new Date(Date.UTC(2026, 0, 5) + day * DAY + minute * 60_000).toISOString();

/** A fortnight of normal work; one attack on one day of it, as a poisoned baseline has it. */
const normal: Call[] = [];
for (let n = 0; n < 14 * 60; n++) {
  const time = at(Math.floor(n / 60), (n % 60) * 20);
  normal.push(...resized(uuid(n), `inv-${n}`).map((one) => ({ ...one, time })));
  normal.push(connect('api.example.com:443', { invocation: `inv-${n}`, time }));
  if (n % 60 === 7) normal.push(put(`reports/${time.slice(0, 10)}.csv`, { invocation: `inv-${n}`, time }));
}
const hidden = [
  aws('dynamodb', 'Scan', arn('dynamodb', 'table/Pictures'), { invocation: 'inv-100', time: at(1, 800), id: 'hidden' }),
];

const learned = () => {
  const learner = createLearner();
  for (const one of [...normal, ...hidden]) learner.observe(one);
  return learner.document().functions.resize!;
};
const baseline = learned();

/** What says when it came, came then. */
const late = (one: Call, n: number): Call => ({
  ...one,
  id: `late-${n}`,
  time: one.time! > at(20, 0) ? one.time : at(20, n),
});
const strange: Record<string, Call[]> = {
  certainty: [call({ operation: null, certainty: 'ambiguous', access: [{ action: 's3:*', resources: ['*'] }] })],
  credential: [get(`photos/uploads/${uuid(9)}.jpg`, { accessKeyId: 'ASIAEVIL' })],
  action: [aws('iam', 'CreateUser', 'arn:aws:iam::111122223333:user/x')],
  resource: [get('backups/customers.tgz')],
  region: [get(`photos/uploads/${uuid(9)}.jpg`, { region: 'ap-south-1' })],
  egress: [connect('evil.example.net:443')],
  rare: hidden,
  volume: Array.from({ length: 40 }, () => aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Pictures'))),
  order: [
    get(`photos/uploads/${uuid(9)}.jpg`),
    aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Pictures')),
    put(`photos/thumbs/64/${uuid(9)}.webp`),
  ],
  company: [
    get(`photos/uploads/${uuid(8)}.jpg`),
    get(`photos/uploads/${uuid(9)}.jpg`),
    put(`photos/thumbs/64/${uuid(9)}.webp`),
  ],
  drift: Array.from({ length: 60 }, (_, n) =>
    connect('api.example.com:443', { bytesOut: 9_000, invocation: `drift-${n}` }),
  ),
  omission: Array.from({ length: 12 }, (_, n) => get(`photos/uploads/${uuid(n)}.jpg`, { invocation: `omitted-${n}` })),
  hours: [get(`photos/uploads/${uuid(9)}.jpg`, { time: at(20, 22 * 60) })],
  age: [put('reports/2025-11-01.csv', { time: at(20, 7 * 20) })],
  shape: [aws('sts', 'GetCallerIdentity', '*'), aws('iam', 'ListUsers', '*'), aws('ec2', 'DescribeInstances', '*')],
  errors: [put(`photos/thumbs/64/${uuid(9)}.webp`, { errorCode: 'AccessDenied', status: 403 })],
};

function judged(calls: readonly Call[]): Deviation[] {
  const judge = createJudge(baseline);
  return calls.flatMap((one, n) => {
    const given = late({ ...one, invocation: one.invocation === 'inv-1' ? 'strange' : one.invocation }, n);
    return [...judge.before(given), ...judge.after(given)];
  });
}

it('every detector is held to the contract', () => {
  expect(Object.keys(strange).sort()).toEqual(detectors.map(({ name }) => name).sort());
});

it('have their names in the list that rules are read by', () => {
  expect(DETECTOR_NAMES).toEqual(expect.arrayContaining(detectors.map(({ name }) => name)));
});

/** All but those that hold a call against nothing that was learned, or against next to nothing. */
const COMPARES = new Set(
  detectors
    .map(({ name }) => name)
    .filter((name) => !['certainty', 'credential', 'rare', 'shape', 'errors'].includes(name)),
);

describe.each(detectors.map(({ name, when }) => ({ name, when })))(
  '$name keeps the contract of detectors',
  ({ name, when }) => {
    const found = judged(strange[name]!).filter(({ detector }) => detector === name);

    it('finds what is strange in its way', () => {
      expect(found.length).toBeGreaterThan(0);
    });

    it('says nothing about calls that the baseline was learned from, nor about others like them', () => {
      const judge = createJudge(baseline);
      for (let n = 2000; n < 2100; n++) {
        for (const [i, one] of [
          ...resized(uuid(n), `like-${n}`),
          connect('api.example.com:443', { invocation: `like-${n}` }),
        ].entries()) {
          const given = late(one, n + i);
          expect([...judge.before(given), ...judge.after(given)].filter(({ detector }) => detector === name)).toEqual(
            [],
          );
        }
      }
    });

    it('gives the same answer twice', () => {
      expect(judged(strange[name]!).filter(({ detector }) => detector === name)).toEqual(found);
    });

    it('says it in a sentence, with a key, a severity, a score and ATT&CK techniques as the schema has them', () => {
      for (const one of found) {
        expect(one.reason).toMatch(/^\S.{20,}[^.]$/);
        expect(one.key).not.toBe('');
        expect(SEVERITIES).toContain(one.severity);
        expect(one.score).toBeGreaterThan(0);
        expect(one.score).toBeLessThanOrEqual(1);
        for (const technique of one.techniques) expect(technique).toMatch(/^T\d{4}(\.\d{3})?$/);
        expect(schema.properties.scope.enum).toContain(one.about);
      }
    });

    it('says what is normal instead, where it compares', () => {
      if (COMPARES.has(name)) for (const { reason } of found) expect(reason).toMatch(/; normal is \S/);
    });

    it('names no key but an access key id, and no secret', () => {
      expect(JSON.stringify(found)).not.toMatch(/secret|token/i);
    });

    it(when === 'before' ? 'judges the request alone' : 'never refuses: the call has been made', () => {
      for (const one of found) {
        const judge = createJudge(baseline);
        if (when !== 'before') expect(one.kind).toBe('unusual');
        else expect(judge.before(late(strange[name]![0]!, 0)).some(({ detector }) => detector === name)).toBe(true);
      }
    });

    it('says nothing where the baseline is empty of what it judges by', () => {
      if (when === 'before') return;
      const { hours, ages, ...timeless } = baseline;
      const judge = createJudge({
        ...timeless,
        actions: {},
        egress: {},
        order: { steps: [], follows: {} },
        sample: [],
      });
      const all = strange[name]!.flatMap((one, n) => judge.after(late(one, n)));
      expect(all.filter(({ detector }) => detector === name)).toEqual([]);
    });
  },
);

it("a first call seen before Lambda's INVOKE event is not strange in its order", () => {
  const [first, ...rest] = resized(uuid(2001), 'second');
  const calls = [
    ...resized(uuid(2000), 'first'),
    connect('api.example.com:443', { invocation: 'first' }),
    { ...first!, invocation: 'first' },
    ...rest,
    connect('api.example.com:443', { invocation: 'second' }),
  ];
  expect(judged(calls).filter(({ detector }) => detector === 'order')).toEqual([]);
});
