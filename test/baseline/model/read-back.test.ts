import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../../baseline/model/document.ts';
import { mergeBaselines } from '../../../baseline/model/merge.ts';
import { parseBaseline } from '../../../baseline/model/read.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { readCall } from '../../../baseline/read-call.ts';
import { get } from '../calls.ts';

/** What no AWS name is: records may come from anywhere. */
const name = fc.oneof(
  fc.constantFrom(
    'again',
    'again!',
    'start!',
    'start',
    '*',
    '',
    '!',
    ' ',
    '__proto__',
    'constructor',
    '{n}',
    '{~AbCdEf}',
  ),
  fc.constantFrom(
    '2026-02-03',
    'dt=2026-02',
    '20991231',
    '2000/01/02',
    '{date}',
    'a b!',
    '\n',
    '\ud800',
    'é'.repeat(90),
  ),
  fc.string({ maxLength: 12, unit: 'binary' }),
  fc.nat(40).map(String),
);
/** Nothing that is called an action has a space in it. */
const action = fc.oneof(
  fc.constant('s3:GetObject'),
  name.map((any) => any.replaceAll(' ', '')),
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const resource = fc.oneof(
  path.map((key) => `arn:aws:s3:::${key}`),
  name.map((table) => `arn:aws:dynamodb:eu-west-1:111122223333:table/${table}`),
  name,
);
const time = fc.oneof(
  fc.constantFrom(
    null,
    '0000-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59.000Z',
    '0001-02-30T00:00:00.000Z',
  ),
  fc.constantFrom(
    '+012345-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '+275760-09-13T00:00:00Z',
    '2149-06-07T00:00:00Z',
  ),
  fc
    .date({ min: new Date('2000-01-01'), max: new Date('2300-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 5 });
const size = orNull(
  fc.oneof(fc.nat(1_000_000), fc.constantFrom(0.5, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, 5e-324)),
);

const strangeCall: fc.Arbitrary<Call> = fc
  .record({
    time,
    function: fc.constantFrom('resize', '__proto__', 'arn:aws:lambda:eu-west-1:111122223333:function:resize'),
    version: orNull(name),
    environment: orNull(name),
    invocation: orNull(fc.nat(20).map(String)),
    service: orNull(name),
    operation: orNull(name),
    certainty: fc.constantFrom('exact', 'exact', 'exact', 'unknown', 'ambiguous'),
    access: fc.array(fc.record({ action, resources: fc.array(resource, { maxLength: 2 }) }), { maxLength: 2 }),
    region: orNull(name),
    account: orNull(name),
    accessKeyId: orNull(name),
    ownAccessKeyId: orNull(name),
    issuedAccessKeyId: orNull(name),
    prefix: orNull(path),
    host: orNull(name),
    items: size,
    bytesOut: size,
    bytesIn: size,
    status: orNull(fc.constantFrom(200, 404, 403, 503)),
    errorCode: orNull(name),
  })
  .map((given) => readCall(given));

const learn = (calls: readonly Call[]): BaselineDocument => {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return learner.document();
};

describe('whatever is learned', () => {
  it('is read back as it was written, and merges to itself', () => {
    fc.assert(
      fc.property(fc.array(strangeCall, { maxLength: 60 }), (calls) => {
        const document = learn(calls);
        const read = parseBaseline(serializeBaseline(document), 'b.json');
        expect(read).toEqual(document);
        expect(mergeBaselines([read])).toEqual(document);
      }),
      { numRuns: 200 },
    );
  });

  it.each([null, '2400-01-01T00:00:00.000Z', '9999-12-31T23:59:59.000Z', '+012345-01-01T00:00:00Z'])(
    'of a name with a date, used at a time that says nothing of its age, can be read: %s',
    (at) => {
      const document = learn([get('logs/2026-02-03/x', { time: at })]);
      expect(parseBaseline(serializeBaseline(document), 'b.json')).toEqual(document);
      expect(document.functions.resize!.ages).toEqual({});
    },
  );

  it('of more bytes than a number has is told in numbers', () => {
    const many = learn([1, 2].map(() => get('logs/x', { bytesIn: Number.MAX_VALUE })));
    const { size } = parseBaseline(serializeBaseline(many), 'b.json').functions.resize!.actions['s3:GetObject']!;
    expect(size.bytesInPerInvocation).toEqual([Number.MAX_VALUE]);
  });
});
