import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import { type Scenario, type Scene, times } from '../scenario.ts';

/** Far more than the function ever asked for in one invocation. */
const beyond = ({ profile, chance }: Scene, kind: string): number =>
  Math.ceil(Math.max(20, profile.perInvocation(kind).most * chance.between(3, 6)));

const many = (kinds: readonly string[], make: (ask: Ask, scene: Scene, i: number) => Ask) => (scene: Scene) => {
  const kind = kinds.find(scene.profile.uses);
  if (kind === undefined) return null;
  return times(beyond(scene, kind), (i) => make(scene.profile.own(kind)!, scene, i));
};

/** One call, larger than any that was seen by this factor. */
const large = (kind: string) => (scene: Scene) => {
  const ask = scene.profile.own(kind);
  if (ask === null || ask.as !== undefined) return null;
  const most = scene.profile.most(kind, ({ out }) => out);
  return times(scene.chance.whole(1, 4), () => ({
    ...ask,
    out: Math.round(Math.max(400_000, most * scene.chance.between(4, 12))),
  }));
};

export const firstVolume: readonly Scenario[] = [
  { name: 'key-after-key', technique: 'T1213.006', tier: 'volume', attack: many(['dynamodb:GetItem'], (ask) => ask) },
  {
    name: 'object-after-object',
    technique: 'T1530',
    tier: 'volume',
    attack: many(['s3:GetObject'], (ask, { chance }) => ({ ...ask, in: chance.tail(60_000, 1.05, 19_000_000) })),
  },
  { name: 'the-allowed-host-as-a-drop', technique: 'T1567+T1048', tier: 'volume', attack: large('egress:CONNECT') },
  { name: 'an-archive-among-small-files', technique: 'T1074.002', tier: 'volume', attack: large('s3:PutObject') },
  {
    name: 'mail-to-everybody',
    technique: 'T1496.004+T1566',
    tier: 'volume',
    attack: many(['ses:SendEmail', 'ses:SendRawEmail'], (ask) => ({ ...ask, items: 50 })),
  },
  {
    name: 'role-after-role',
    technique: 'T1550.001',
    tier: 'volume',
    attack: many(['sts:AssumeRole'], (ask, { chance }) => ({ ...ask, issues: chance.accessKey() })),
  },
  {
    name: 'tokens-burnt',
    technique: 'T1496.004',
    tier: 'volume',
    attack: many(['bedrock:InvokeModel', 'textract:AnalyzeDocument'], (ask) => ask),
  },
  {
    name: 'guessing-names',
    technique: 'T1619+T1580',
    tier: 'volume',
    attack: many(['s3:GetObject', 's3:HeadObject', 'dynamodb:GetItem'], (ask, { chance }) => {
      if (ask.service !== 's3') return { ...ask, in: 60 };
      const guess = ask.access[0]!.resources[0]!.replace(/[0-9a-f-]{36}/, chance.uuid());
      return {
        ...ask,
        access: [{ action: ask.access[0]!.action, resources: [guess] }],
        in: 420,
        status: 404,
        errorCode: 'NoSuchKey',
      };
    }),
  },
];

export const firstMimic: readonly Scenario[] = [
  {
    name: 'one-more-item-each-time',
    technique: 'T1213.006+T1030',
    tier: 'mimic',
    spread: [35, 60],
    attack: ({ profile }) => {
      const { most, least } = profile.perInvocation('dynamodb:GetItem');
      return most === least && most > 0 && profile.invocations > 500 ? [profile.own('dynamodb:GetItem')!] : null;
    },
  },
  {
    name: 'write-without-its-reasons',
    technique: 'T1565.001',
    tier: 'mimic',
    alone: true,
    // The last word of the flow, with nothing of what always leads up to it.
    attack: ({ profile, chance }) => {
      const kinds = WRITES.filter(
        (kind) =>
          profile.uses(kind) &&
          profile.all(kind).length > 40 &&
          profile.kinds.some((before) => before !== kind && profile.alwaysAfter(kind, before)),
      );
      if (kinds.length === 0) return null;
      const kind = chance.pick(kinds);
      return times(chance.whole(1, 3), () => profile.own(kind)!);
    },
  },
  {
    name: 'one-tenants-role-anothers-bucket',
    technique: 'T1550.001+T1530',
    tier: 'mimic',
    place: 'end',
    attack: ({ profile, victim, chance }) => {
      const mine = victim.made.find(({ ask }) => kindOf(ask) === 's3:PutObject' && ask.as !== undefined)?.ask;
      const others = profile
        .all('s3:PutObject')
        .filter(({ as, host }) => as !== undefined && as.account !== mine?.as?.account && host !== mine?.host);
      if (mine === undefined || others.length === 0) return null;
      return times(chance.whole(1, 3), () => ({ ...chance.pick(others), as: mine.as! }));
    },
  },
  {
    name: 'days-long-past',
    technique: 'T1530+T1213',
    tier: 'mimic',
    attack: ({ profile, chance, world }) => {
      const kind = ['s3:CopyObject', 's3:ListObjectsV2'].find(profile.uses);
      if (kind === undefined) return null;
      return times(chance.whole(4, 14), () => {
        const day = new Date(world.start - chance.whole(380, 900) * 86_400_000).toISOString().slice(0, 10);
        const back = (text: string) => text.replace(/\d{4}-\d\d-\d\d/, day);
        const ask = profile.own(kind)!;
        return {
          ...ask,
          access: ask.access.map(({ action, resources }) => ({ action, resources: resources.map(back) })),
          ...(ask.prefix === undefined ? {} : { prefix: back(ask.prefix) }),
        };
      });
    },
  },
  {
    name: 'secret-read-again-when-warm',
    technique: 'T1555.006',
    tier: 'mimic',
    place: 'end',
    attack: ({ profile, victim }) => {
      if (victim.cold) return null;
      const kind = ['secretsmanager:GetSecretValue', 'ssm:GetParameters', 'ssm:GetParameter'].find(
        (it) => profile.uses(it) && profile.coldOnly(it),
      );
      return kind === undefined || profile.all(kind).length < 20 ? null : [profile.own(kind)!];
    },
  },
  {
    name: 'a-run-on-sunday-night',
    technique: 'T1078.004+T1565.001',
    tier: 'mimic',
    // Pay day is a working day: the same run at a time at which there has been none.
    at: ({ victim, world }) => {
      const sunday = new Date(victim.started);
      sunday.setUTCDate(sunday.getUTCDate() + ((7 - sunday.getUTCDay()) % 7));
      sunday.setUTCHours(2, 41, 0, 0);
      return sunday.getTime() < world.start + 27.9 * 86_400_000 ? sunday.getTime() : null;
    },
    attack: ({ victim, profile, function: name }) =>
      name.endsWith('payout-run') && profile.uses('kms:Sign') ? victim.made.map(({ ask }) => ask) : null,
  },
];

const WRITES = [
  'dynamodb:TransactWriteItems',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'events:PutEvents',
  's3:PutObject',
  'glue:BatchCreatePartition',
  'sqs:DeleteMessageBatch',
];
