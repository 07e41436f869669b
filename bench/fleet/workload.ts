import type { Call } from '../../baseline/call.ts';
import type { Random } from './random.ts';

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';

/** One kind of call that a function makes. */
interface Habit {
  readonly service: string | null;
  readonly operation: string;
  /** `{id}` is a new name each time, `{day}` the date, `{few}` one of a few. */
  readonly resource: string;
  readonly host: string;
  /** In how many of its invocations. */
  readonly share: number;
  /** From this version on. */
  readonly since: number;
  readonly bytes: number;
}

/** What one function of the fleet does. */
export interface Workload {
  readonly habits: readonly Habit[];
  /** The calls of one invocation. */
  invoke(who: Invocation, random: Random): Call[];
}

export interface Invocation {
  readonly function: string;
  readonly version: number;
  readonly environment: string;
  readonly invocation: string;
  /** Milliseconds, by the environment's own clock. */
  readonly time: number;
}

/** A function of one of a few trades, with resources of its own and paths that it seldom takes. */
export function createWorkload(name: string, random: Random): Workload {
  const trade = random.pick(TRADES);
  const habits: Habit[] = trade.map(([service, operation, resource, share, bytes]) => ({
    service,
    operation,
    resource: resource.replaceAll('NAME', name),
    host: service === null ? resource : `${service}.${REGION}.amazonaws.com`,
    share,
    since: 1,
    bytes,
  }));
  // Paths that are seldom taken, and what a later version brings.
  const extras = random.below(4);
  for (let i = 0; i < extras; i++) {
    const [service, operation, resource, , bytes] = random.pick(random.pick(TRADES));
    if (service === null) continue;
    habits.push({
      service,
      operation,
      resource: resource.replaceAll('NAME', `${name}-${i}`),
      host: `${service}.${REGION}.amazonaws.com`,
      share: random.pick([0.3, 0.05, 0.01, 0.002]),
      since: random.pick([1, 1, 2, 3]),
      bytes,
    });
  }
  return { habits, invoke: (who, at) => invoke(habits, who, at) };
}

type Entry = readonly [service: string | null, operation: string, resource: string, share: number, bytes: number];

const TRADES: readonly (readonly Entry[])[] = [
  [
    ['s3', 'GetObject', 'arn:aws:s3:::NAME-in/uploads/{id}.jpg', 1, 200_000],
    ['s3', 'PutObject', 'arn:aws:s3:::NAME-out/64/{id}.webp', 1, 4_000],
    ['s3', 'PutObject', 'arn:aws:s3:::NAME-out/320/{id}.webp', 1, 30_000],
    ['dynamodb', 'PutItem', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/NAME`, 1, 500],
    ['sns', 'Publish', `arn:aws:sns:${REGION}:${ACCOUNT}:NAME-done`, 0.4, 900],
  ],
  [
    ['dynamodb', 'Query', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/NAME/index/by-day`, 0.7, 9_000],
    ['dynamodb', 'GetItem', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/NAME`, 1, 1_500],
    ['dynamodb', 'UpdateItem', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/NAME`, 0.5, 700],
    ['sqs', 'SendMessage', `arn:aws:sqs:${REGION}:${ACCOUNT}:NAME`, 0.5, 1_200],
    ['events', 'PutEvents', `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`, 0.2, 2_000],
    ['secretsmanager', 'GetSecretValue', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:NAME-db`, 0.02, 600],
  ],
  [
    ['s3', 'ListObjectsV2', 'arn:aws:s3:::NAME-lake', 1, 40_000],
    ['s3', 'GetObject', 'arn:aws:s3:::NAME-lake/raw/{day}/part-{few}.parquet', 1, 900_000],
    ['s3', 'PutObject', 'arn:aws:s3:::NAME-lake/clean/{day}/{id}.parquet', 1, 400_000],
    ['glue', 'GetTable', `arn:aws:glue:${REGION}:${ACCOUNT}:table/NAME/events`, 0.3, 3_000],
    ['kms', 'Decrypt', `arn:aws:kms:${REGION}:${ACCOUNT}:key/NAME`, 1, 400],
  ],
  [
    ['sqs', 'ReceiveMessage', `arn:aws:sqs:${REGION}:${ACCOUNT}:NAME`, 1, 3_000],
    [null, 'CONNECT', 'hooks.NAME.example:443', 0.8, 5_000],
    ['ses', 'SendEmail', `arn:aws:ses:${REGION}:${ACCOUNT}:identity/NAME.example`, 0.6, 8_000],
    ['ssm', 'GetParameter', `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/NAME/{few}`, 0.3, 400],
    ['sqs', 'DeleteMessage', `arn:aws:sqs:${REGION}:${ACCOUNT}:NAME`, 1, 400],
  ],
];

/** Mean number of times that an invocation makes a call it makes: a batch, pages, retries. */
const TIMES = 1.3;

/** Calls of an invocation on average, for a plan of how many there are to be. */
export const callsPerInvocation = ({ habits }: Workload): number =>
  habits.reduce((sum, { share, since }) => sum + (since === 1 ? share * TIMES : 0), 0);

function invoke(habits: readonly Habit[], who: Invocation, random: Random): Call[] {
  const calls: Call[] = [];
  for (const habit of habits) {
    if (habit.since > who.version || !random.chance(habit.share)) continue;
    const times = random.chance(TIMES - 1) ? 2 : 1;
    for (let i = 0; i < times; i++) calls.push(callOf(habit, who, calls.length, random));
  }
  return calls;
}

function callOf(habit: Habit, who: Invocation, at: number, random: Random): Call {
  const time = new Date(who.time + at * 20).toISOString();
  const { service, operation } = habit;
  const resource = habit.resource.includes('{') ? named(habit.resource, time, random) : habit.resource;
  const failed = service !== null && random.chance(0.002);
  return {
    id: null,
    certainty: 'exact',
    verdict: 'allow',
    time,
    function: who.function,
    version: `${who.version}`,
    environment: who.environment,
    invocation: who.invocation,
    service,
    operation,
    access: service === null ? [] : [{ action: `${service}:${operation}`, resources: [resource] }],
    region: service === null ? null : REGION,
    account: service === null ? null : ACCOUNT,
    accessKeyId: service === null ? null : 'ASIAOWN',
    ownAccessKeyId: 'ASIAOWN',
    host: service === null ? resource : habit.host,
    items: 1,
    bytesOut: Math.round(400 + 300 * random.next()),
    bytesIn: Math.round(habit.bytes * random.spread()),
    status: failed ? 500 : 200,
    errorCode: failed ? 'InternalError' : null,
    issuedAccessKeyId: null,
    prefix: null,
    durationMs: 5,
  };
}

const named = (resource: string, time: string, random: Random): string =>
  resource
    .replace('{id}', () =>
      random
        .below(2 ** 31)
        .toString(16)
        .padStart(8, '0'),
    )
    .replace('{day}', time.slice(0, 10))
    .replace('{few}', `${random.below(6)}`);
