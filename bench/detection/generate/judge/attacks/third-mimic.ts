import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import { type Scenario, times } from '../scenario.ts';
import { grown, onceMore, SLOW } from './slow.ts';

/** Whose an object is: its bucket and the first parts of its name. */
const owner = ({ access }: Ask): string => access[0]!.resources[0]!.split('/').slice(0, 2).join('/');

export const thirdMimic: readonly Scenario[] = [
  {
    ...SLOW,
    name: 'one-lookup-more',
    technique: 'T1030+T1213.006',
    attack: onceMore(['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:GetItem']),
  },
  {
    ...SLOW,
    name: 'one-copy-more',
    technique: 'T1030+T1074.002',
    attack: onceMore(['s3:PutObject', 'kinesis:PutRecord']),
  },
  {
    ...SLOW,
    name: 'one-message-more',
    technique: 'T1030+T1048',
    attack: onceMore(['sqs:SendMessage', 'sns:Publish', 'events:PutEvents', 'firehose:PutRecordBatch'], (ask) => ({
      ...ask,
      out: ask.out * 2,
    })),
  },
  {
    ...SLOW,
    name: 'one-question-more',
    technique: 'T1030+T1567',
    attack: onceMore(
      ['egress:CONNECT', 'bedrock:InvokeModel', 'sagemaker:InvokeEndpoint'],
      (ask) => ({ ...ask, out: Math.round(ask.out * 1.8) }),
      0.45,
    ),
  },
  {
    ...SLOW,
    name: 'wider-answers',
    technique: 'T1030+T1213.006',
    alters: true,
    attack: grown(['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:GetItem'], (ask) => ({
      ...ask,
      in: ask.in * 3,
    })),
  },
  {
    ...SLOW,
    name: 'fatter-records',
    technique: 'T1030+T1001.002',
    alters: true,
    attack: grown(['sns:Publish', 'dynamodb:PutItem', 'kinesis:PutRecord', 'dynamodb:UpdateItem'], (ask) => ({
      ...ask,
      out: ask.out * 3,
    })),
  },
  {
    ...SLOW,
    name: 'out-by-the-back-door',
    technique: 'T1030+T1048',
    // What is said once in a hundred runs, said in each.
    attack: ({ profile }) => {
      if (profile.invocations < 600) return null;
      const kind = ['sqs:SendMessage', 'sns:Publish', 's3:PutObject', 'iot:Publish'].find(
        (it) => profile.all(it).length > 5 && profile.perInvocation(it).share < 0.06,
      );
      return kind === undefined ? null : [profile.own(kind)!];
    },
  },
  {
    ...SLOW,
    name: 'one-guess-each-time',
    technique: 'T1619+T1030',
    attack: ({ profile, chance }) => {
      if (profile.invocations < 600) return null;
      const kind = ['s3:GetObject', 's3:HeadObject'].find(profile.uses);
      if (kind === undefined) return null;
      const ask = profile.own(kind)!;
      const resource = ask.access[0]!.resources[0]!.replace(/[0-9a-f]{12,}/g, (id) => chance.hex(id.length)).replace(
        /\d{6}/,
        chance.digits(6),
      );
      return [
        {
          ...ask,
          access: [{ ...ask.access[0]!, resources: [resource] }],
          in: 300,
          status: 404,
          errorCode: 'NoSuchKey',
        },
      ];
    },
  },
  {
    name: 'last-comes-first',
    technique: 'T1565.001',
    tier: 'mimic',
    // Three of the flow's steps, each for itself quite usual, against its grain.
    attack: ({ profile, victim, chance }) => {
      const kinds = [
        ...new Set(victim.made.filter(({ novelty }) => novelty === null).map(({ ask }) => kindOf(ask))),
      ].filter(profile.uses);
      if (kinds.length < 3 || profile.invocations < 250) return null;
      return [kinds.at(-1)!, kinds.at(-2)!, kinds[0]!].flatMap((kind) =>
        times(chance.whole(1, 2), () => profile.own(kind)!),
      );
    },
  },
  {
    name: 'closed-and-closed-again',
    technique: 'T1565.001',
    tier: 'mimic',
    place: 'end',
    // What every run does exactly once, at its end two or three times more.
    attack: ({ profile, chance }) => {
      const kind = profile.kinds.find((it) => {
        const { most, share } = profile.perInvocation(it);
        return most === 1 && share > 0.97 && profile.invocations > 250 && WRITES.has(it);
      });
      return kind === undefined ? null : times(chance.whole(2, 3), () => profile.own(kind)!);
    },
  },
  {
    name: 'two-owners-in-one-run',
    technique: 'T1530+T1213',
    tier: 'mimic',
    attack: ({ profile, victim, chance }) => {
      const mine = victim.made.find(({ ask, novelty }) => novelty === null && TOUCHES.has(kindOf(ask)))?.ask;
      if (mine === undefined || !OWNED.test(mine.access[0]!.resources[0]!)) return null;
      const others = profile
        .all(kindOf(mine))
        .filter((ask) => OWNED.test(ask.access[0]!.resources[0]!) && owner(ask) !== owner(mine));
      if (others.length === 0) return null;
      const theirs = chance.pick(others);
      const { as: _, ...ask } = theirs;
      return times(chance.whole(1, 3), () => (mine.as === undefined ? ask : { ...ask, as: mine.as }));
    },
  },
  {
    name: 'a-second-tenants-session',
    technique: 'T1550.001+T1213.006',
    tier: 'mimic',
    place: 'end',
    // All of it known, for a tenant that this event did not name.
    attack: ({ profile, victim, chance, aws }) => {
      const mine = victim.made.find(({ ask }) => kindOf(ask) === 'sts:AssumeRole')?.ask;
      if (mine === undefined) return null;
      const roleOf = ({ access }: Ask) => access[0]!.resources[0];
      const others = profile.all('sts:AssumeRole').filter((ask) => roleOf(ask) !== roleOf(mine));
      if (others.length === 0) return null;
      const as = { accessKeyId: chance.accessKey(), account: aws.account };
      return [
        { ...chance.pick(others), issues: as.accessKeyId },
        ...times(chance.whole(1, 4), () => ({ ...profile.own('dynamodb:Query')!, as })),
      ];
    },
  },
  {
    name: 'the-nights-run-by-day',
    technique: 'T1078.004+T1053',
    tier: 'mimic',
    // Only where nobody ever runs it by hand.
    at: ({ victim, chance }) => {
      const day = new Date(victim.started);
      day.setUTCHours(chance.whole(13, 18), chance.whole(0, 59), 11, 0);
      return day.getTime();
    },
    attack: ({ profile, victim }) => {
      return profile.hours.length === 1 &&
        profile.invocations > 50 &&
        victim.made.every(({ novelty }) => novelty === null)
        ? victim.made.map(({ ask }) => ask)
        : null;
    },
  },
  {
    name: 'reads-and-never-writes',
    technique: 'T1213.006',
    tier: 'mimic',
    alone: true,
    // Reads that always led to a write, several, and the run is over.
    attack: ({ profile, chance }) => {
      if (profile.invocations < 250) return null;
      const read = READS.find((kind) => profile.perInvocation(kind).once > 0.75);
      const writes = profile.kinds.some((kind) => WRITES.has(kind) && profile.perInvocation(kind).share > 0.97);
      return read === undefined || !writes ? null : times(chance.whole(4, 8), () => profile.own(read)!);
    },
  },
];

const READS = ['dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:GetItem', 's3:GetObject'];
const WRITES = new Set([
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'sqs:DeleteMessageBatch',
  'sqs:SendMessage',
  'sns:Publish',
  'kinesis:PutRecord',
  'events:PutEvents',
  'firehose:PutRecordBatch',
]);
const TOUCHES = new Set(['s3:PutObject', 's3:GetObject', 's3:HeadObject']);
const OWNED = /-sftp-|-statements-/;
