import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { anyCall } from '../arbitrary.ts';
import { arn, aws, call, connect, get } from '../calls.ts';

const table = (n: number) => arn('dynamodb', `table/t${n}`);

/** Of few kinds, so that most come again: closed resources, objects of two buckets, hosts, several actions, errors, other keys, regions and versions in between. */
const familiar: fc.Arbitrary<Call> = fc
  .record({
    invocation: fc.nat(6).map((n) => `inv-${n}`),
    minute: fc.nat(3),
    kind: fc.nat(10),
    name: fc.constantFrom('a/1.jpg', 'a/2.jpg', 'b/x/3.jpg', '{n}.jpg', 'a/2026-03-01.csv'),
    bytes: fc.oneof(fc.nat(2_000), fc.nat(3_000_000)),
    items: fc.constantFrom(null, 1, 25),
    status: fc.constantFrom(200, 200, 200, 404, 500, null),
    errorCode: fc.constantFrom(null, null, null, 'AccessDenied', 'ThrottlingException'),
    version: fc.constantFrom('1', '1', '2', null),
    region: fc.constantFrom('eu-west-1', 'eu-west-1', 'us-east-1', null),
    accessKeyId: fc.constantFrom('ASIAOWN', 'ASIAOWN', 'ASIAISSUED', 'ASIAFOREIGN', null),
    issuedAccessKeyId: fc.constantFrom(null, null, null, 'ASIAISSUED'),
    prefix: fc.constantFrom(null, null, 'USER#'),
    certainty: fc.constantFrom('exact' as const, 'exact' as const, 'unknown' as const, 'ambiguous' as const),
  })
  .map(({ kind, name, minute, bytes, ...rest }) => {
    const given = {
      ...rest,
      time: new Date(Date.UTC(2026, 2, 1 + minute)).toISOString(),
      bytesOut: bytes,
      bytesIn: bytes * 3,
    };
    if (kind === 0) return aws('sqs', 'SendMessage', arn('sqs', 'orders'), given);
    if (kind === 1) return aws('dynamodb', 'GetItem', table(1), given);
    if (kind === 2) return aws('dynamodb', 'PutItem', table(1), given);
    if (kind === 3) return aws('sts', 'GetCallerIdentity', '*', given);
    if (kind === 6) return get(`photos/${name}`, given);
    if (kind === 7) return get(`films/${name}`, given);
    if (kind === 8) return aws('s3', 'PutObject', `arn:aws:s3:::photos/${name}`, given);
    if (kind === 10) return call({ ...get(`photos/${name}`, given), operation: 'HeadObject' });
    if (kind === 9) return connect(name.startsWith('a') ? 'A.example.com:443' : 'a.example.com.:443', given);
    return call({
      ...given,
      service: 'dynamodb',
      operation: 'TransactWriteItems',
      access: [
        { action: 'dynamodb:PutItem', resources: [table(1), table(2)] },
        { action: 'dynamodb:UpdateItem', resources: [table(kind)] },
      ],
    });
  });

/** What the calls need, as lists that are the same list where they are alike: as readers and the sensor hand them out. */
function shared(calls: readonly Call[]): Call[] {
  const lists = new Map<string, Call['access']>();
  return calls.map((one) => {
    const text = JSON.stringify(one.access);
    const list = lists.get(text) ?? one.access;
    lists.set(text, list);
    return { ...one, access: list };
  });
}

const documents = (calls: readonly Call[], takeAfter: number, remembers = true) => {
  const learner = createLearner({ remembers });
  const deltas = calls.map((one, i) => {
    learner.observe(one);
    return i === takeAfter ? learner.takeDelta() : null;
  });
  return { deltas, last: learner.takeDelta(), whole: learner.document() };
};

describe('calls of a kind that came before', () => {
  it('leave what they would have left the long way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: familiar }, anyCall), { maxLength: 120 }),
        fc.nat(120),
        (calls, takeAfter) => {
          expect(documents(shared(calls), takeAfter)).toEqual(documents(calls, takeAfter, false));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('leave nothing where their action has had to go for others', () => {
    const calls: Call[] = [];
    const repeated = aws('svc', 'Repeated', '*');
    for (let n = 0; n < 400; n++) {
      calls.push(aws('svc', `Action${n}`, '*', { invocation: `inv-${n % 7}` }));
      calls.push({ ...repeated, invocation: `inv-${n % 7}` });
    }
    expect(documents(calls, 500)).toEqual(documents(calls, 500, false));
  });

  it('come back to no step of which an invocation has no room to count', () => {
    const steps = Array.from({ length: 70 }, (_, n) =>
      ['PutItem', 'GetItem'].map((one) => aws('dynamodb', one, table(n))),
    );
    const calls = [steps, steps.slice(50), steps.slice(50), steps.slice(50)].flat(2);
    expect(documents(shared(calls), 150)).toEqual(documents(calls, 150, false));
  });
});
