import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { callsFromCloudTrail } from '../../../baseline/cloudtrail.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { BaselineDocument, Size } from '../../../baseline/model/document.ts';
import { arn, aws, get, put, uuid } from '../calls.ts';

/** A run of a function every ten minutes: a picture, its thumbnail, three rows at once. Whole seconds, as CloudTrail has them. */
function run(n: number, given: Partial<Call> = {}): Call[] {
  const at = (second: number): Partial<Call> => ({
    time: new Date(Date.UTC(2026, 0, 5) + n * 600_000 + second * 1000).toISOString(),
    invocation: `run-${n}`,
    id: `${n} ${second}`,
    version: null,
  });
  const table = arn('dynamodb', 'table/Pictures');
  return [
    get(`photos/${uuid(n)}.jpg`, { ...at(0), bytesOut: 900, bytesIn: 20_000 + (n % 7) * 1000, ...given }),
    put(`thumbs/${uuid(n)}.webp`, { ...at(1), bytesOut: 5_000 + (n % 5) * 300, bytesIn: 500 }),
    aws('dynamodb', 'BatchWriteItem', table, { ...at(2), items: 3, bytesOut: 2_300, bytesIn: 400 }),
  ];
}

const SERVICES: Readonly<Record<string, string>> = { s3: 's3.amazonaws.com', dynamodb: 'dynamodb.amazonaws.com' };

/** The same as CloudTrail has it: no entries, of S3 the bodies without their heads, of all else no bytes. */
function inCloudTrail(one: Call): Call {
  const [bucketName, key] = one.access[0]!.resources[0]!.replace('arn:aws:s3:::', '').split('/');
  const body = (bytes: number) => Math.max(0, bytes - 900);
  return callsFromCloudTrail({
    eventID: one.id,
    eventTime: one.time!.replace('.000', ''),
    eventSource: SERVICES[one.service!],
    eventName: one.operation,
    eventType: 'AwsApiCall',
    awsRegion: one.region,
    userIdentity: {
      type: 'AssumedRole',
      principalId: `AROAEXAMPLE:${one.function}`,
      accountId: one.account,
      accessKeyId: one.accessKeyId,
    },
    ...(one.service === 's3'
      ? {
          requestParameters: { bucketName, key },
          additionalEventData: {
            bytesTransferredIn: body(one.bytesOut!),
            bytesTransferredOut: body(one.bytesIn!),
          },
        }
      : { requestParameters: { tableName: 'Pictures' } }),
  })!;
}

function learned(calls: Iterable<Call>): BaselineDocument {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return learner.document();
}

const RUNS = Array.from({ length: 600 }, (_, n) => n);
const trained = RUNS.flatMap((n) => run(n));

const told = (document: BaselineDocument, calls: readonly Call[]): string[] => {
  const judge = createJudge(document.functions.resize!);
  return calls.flatMap((one) => [...judge.before(one), ...judge.after(one)]).map(({ reason }) => reason);
};
const later = RUNS.slice(0, 200).flatMap((n) => run(n + RUNS.length));

describe('what CloudTrail does not tell', () => {
  const trail = learned(trained.map(inCloudTrail));
  const sizeOf = (action: string): Size => trail.functions.resize!.actions[action]!.size;

  it('is not learned as nothing: neither entries, nor bytes, nor their sums', () => {
    expect(sizeOf('dynamodb:BatchWriteItem')).toMatchObject({ calls: [1], bytesOut: [], bytesIn: [], items: [] });
    expect(sizeOf('s3:GetObject').items).toEqual([]);
    expect(sizeOf('s3:GetObject').itemsPerInvocation ?? []).toEqual([]);
    // Calls without the two letters of the levels that their bytes have
    expect(trail.functions.resize!.sample!.join(' ')).not.toMatch(/\*\d+[A-Za-z_-]/);
  });

  it('is no habit that the calls of the sensor depart from', () => {
    expect(told(learned(trained), later)).toEqual([]);
    expect(told(trail, later)).toEqual([]);
  });

  it('was written as nothing by documents of before, which nobody is judged by either', () => {
    const before = JSON.parse(JSON.stringify(trail)) as {
      functions: { resize: { actions: Record<string, { size: Record<string, unknown[]> }>; sample: string[] } };
    };
    const { actions, sample } = before.functions.resize;
    for (const { size } of Object.values(actions))
      for (const one of ['bytesOut', 'bytesIn', 'items'])
        if (size[one]!.length === 0) size[`${one}PerInvocation`] = [0];
    before.functions.resize.sample = sample.map((line) => line.replace(/\*\d+/g, '$&AA'));
    expect(told(before as unknown as BaselineDocument, later)).toEqual([]);
  });

  it('takes nothing from what it does tell: a body far larger than all before', () => {
    const [first] = run(RUNS.length, { bytesIn: 900_000_000 });
    expect(told(trail, [first!]).join()).toContain('received in one call');
  });
});

it('is unknown of an invocation as soon as it is of one of its calls', () => {
  const size = learned([
    ...trained,
    ...run(1000, { bytesOut: null }),
    ...run(1000, { id: 'second', bytesOut: 700, bytesIn: 99_000 }),
  ]).functions.resize!.actions['s3:GetObject']!.size;
  expect(size.calls).toEqual([2, 1]);
  expect(size.bytesOutPerInvocation).toEqual([900]);
  expect(size.bytesInPerInvocation![0]).toBeGreaterThan(99_000);
});
