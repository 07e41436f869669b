import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsFromCloudTrail } from '../../../baseline/cloudtrail.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { FunctionBaseline } from '../../../baseline/model/document.ts';
import { readCall } from '../../../baseline/read-call.ts';
import { decide } from '../../../extension/guard/decide.ts';

type Event = Record<string, unknown>;

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const START = Date.UTC(2026, 2, 2);
const HOUR = 3_600_000;

/** As AWS logged them; README.md beside the file says whose they are. */
const recorded: readonly Event[] = readFileSync(new URL('stratus-red-team.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Event);

const session = {
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/resize-role/resize`,
  accountId: ACCOUNT,
  accessKeyId: 'ASIAEXAMPLE',
};

/** The same made by the function's role session, where nothing but the call itself tells. */
const asFunction = (event: Event, time: number): Event => ({
  ...event,
  userIdentity: session,
  awsRegion: REGION,
  recipientAccountId: ACCOUNT,
  eventTime: new Date(time).toISOString(),
});

const work = (n: number): Event[] =>
  [
    {
      eventSource: 's3.amazonaws.com',
      eventName: 'GetObject',
      requestParameters: { bucketName: 'photos', key: `in/${n}.jpg` },
    },
    {
      eventSource: 's3.amazonaws.com',
      eventName: 'PutObject',
      requestParameters: { bucketName: 'photos', key: `out/${n}.webp` },
    },
    { eventSource: 'dynamodb.amazonaws.com', eventName: 'PutItem', requestParameters: { tableName: 'pictures' } },
  ].map((event, i) =>
    asFunction({ ...event, eventType: 'AwsApiCall', eventID: `${n}-${i}` }, START + n * HOUR + i * 100),
  );

function learned(): FunctionBaseline {
  const learner = createLearner();
  for (let n = 0; n < 300; n++) for (const event of work(n)) learner.observe(callsFromCloudTrail(event)!);
  return learner.document().functions.resize!;
}

describe('a role session that turns to attack after honest use', () => {
  const baseline = learned();

  it('goes unnoticed while it does what it did', () => {
    const judge = createJudge(baseline);
    for (let n = 300; n < 340; n++)
      for (const event of work(n)) {
        const call = callsFromCloudTrail(event)!;
        expect([...judge.before(call), ...judge.after(call)]).toEqual([]);
      }
  });

  it.each(recorded.map((event) => [event.eventName as string, event] as const))(
    'is told, and refused, with %s',
    (_, event) => {
      const judge = createJudge(baseline);
      for (const honest of work(300)) {
        const call = callsFromCloudTrail(honest)!;
        judge.before(call);
        judge.after(call);
      }
      const call = callsFromCloudTrail(asFunction(event, START + 300 * HOUR + 1_000))!;
      expect(call.certainty).toBe('exact');
      const found = judge.before(call);
      expect(found.filter(({ severity }) => severity !== 'info')).not.toEqual([]);
      expect(found.every(({ techniques }) => techniques.length > 0)).toBe(true);
      expect(decide(call, found, { mode: 'block', lenient: false }).verdict).toBe('block');
    },
  );
});

describe('records of other shapes', () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      -1,
      0,
      1e308,
      '',
      '*',
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      [],
      {},
      [[]],
    ),
    fc.string(),
    fc.constant({ __proto__: null, constructor: 'x' }),
  );
  /** One member somewhere is another, or gone. */
  function changed(value: unknown, path: readonly number[], to: unknown, gone: boolean): unknown {
    if (typeof value !== 'object' || value === null) return to;
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Event;
    const keys = Object.keys(copy);
    if (keys.length === 0) return to;
    const [at = 0, ...rest] = path;
    const key = keys[at % keys.length]!;
    if (rest.length === 0 && gone) delete copy[key];
    else copy[key] = rest.length === 0 ? to : changed(copy[key], rest, to, gone);
    return copy;
  }

  it('are no call, or a call that can be learned and judged', () => {
    const baseline = learned();
    fc.assert(
      fc.property(
        fc.constantFrom(...recorded, ...work(1)),
        fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        odd,
        fc.boolean(),
        fc.boolean(),
        (event, path, to, gone, early) => {
          const broken = early
            ? asFunction(changed(event, path, to, gone) as Event, START)
            : changed(asFunction(event, START), path, to, gone);
          const call = callsFromCloudTrail(broken);
          if (call === null) return;
          expect(readCall(JSON.parse(JSON.stringify(call)))).toEqual(call);
          const learner = createLearner();
          learner.observe(call);
          const judge = createJudge(baseline);
          judge.before(call);
          judge.after(call);
          createJudge(Object.values(learner.document().functions)[0]!).before(call);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty'])(
    'a service, an operation and names called %s are what they say',
    (name) => {
      const given = asFunction(
        {
          eventSource: `${name}.amazonaws.com`,
          eventName: name,
          eventType: 'AwsApiCall',
          eventID: name,
          requestParameters: { tableName: name },
          errorCode: name,
        },
        START,
      );
      expect(callsFromCloudTrail(given)).toMatchObject({
        service: name,
        operation: name,
        access: [{ action: `${name}:${name}`, resources: ['*'] }],
      });
      const call = { ...callsFromCloudTrail(given)!, function: name, version: name };
      const learner = createLearner();
      learner.observe(call);
      const { functions } = learner.document();
      expect(Object.keys(functions)).toEqual([name]);
      expect(createJudge(Object.getOwnPropertyDescriptor(functions, name)!.value).before(call)).toEqual([]);
    },
  );
});
