import fc from 'fast-check';
import type { Call } from '../../baseline/call.ts';
import { arn, aws, call, connect } from './calls.ts';

/** Names as they come: words, numbers, ids, dates, braces, empty ones. */
const name = fc.oneof(
  fc.constantFrom(
    'raw',
    'ios',
    'web',
    'tenant-a',
    'tenant-b',
    '',
    '..',
    '2026',
    '03',
    '07',
    '{n}',
    '2026-03-04',
    'year=2026',
    'month=3',
  ),
  fc.nat(40).map(String),
  fc.nat(60).map((n) => `INV-${n}.pdf`),
  fc.uuid(),
  fc.nat(90).map((n) => `picture ${n}.jpg`),
  fc.stringMatching(/^[a-z]{1,6}(\.jpg)?$/),
  fc.stringMatching(/^[0-9a-f]{8}$/),
);

const invocation = fc.nat(30).map((n) => `inv-${n}`);
const time = fc.nat(20 * 24 * 60).map((minute) => new Date(Date.UTC(2026, 2, 1, 0, minute)).toISOString());

/** Any call that a learner may see. */
export const anyCall: fc.Arbitrary<Call> = fc
  .record({
    invocation,
    time,
    kind: fc.nat(5),
    path: fc.array(name, { minLength: 1, maxLength: 4 }),
    items: fc.nat(5),
    bytes: fc.nat(1_000_000),
    errorCode: fc.constantFrom(null, null, null, 'NoSuchKey'),
    version: fc.constantFrom('1', '2', '$LATEST'),
    region: fc.constantFrom('eu-west-1', 'us-east-1', null),
  })
  .map(({ kind, path, bytes, ...rest }) => {
    const given = { ...rest, bytesOut: bytes, bytesIn: bytes * 2 };
    if (kind === 0) return connect(`${path[0]}.example.com:443`, given);
    if (kind === 1) return aws('dynamodb', 'GetItem', arn('dynamodb', `table/${path[0]}`), given);
    if (kind === 2) {
      return call({
        ...given,
        operation: 'ListObjectsV2',
        prefix: path.join('/'),
        access: [{ action: 's3:ListBucket', resources: ['arn:aws:s3:::data'] }],
      });
    }
    const action = kind === 3 ? 's3:PutObject' : 's3:GetObject';
    return call({
      ...given,
      operation: action.slice(3),
      access: [{ action, resources: [`arn:aws:s3:::data/${path.join('/')}`] }],
    });
  });

/** Each invocation is of one time: what is split between two learners is whole invocations. */
export const anyCalls = fc.array(anyCall, { maxLength: 200 });

/** Calls put into parts, whole invocations to one part. */
export const parts = (calls: readonly Call[], count: number): Call[][] => {
  const found: Call[][] = Array.from({ length: count }, () => []);
  for (const one of calls) found[Number(one.invocation!.slice(4)) % count]!.push(one);
  return found;
};
