import { kindOf } from '../profile.ts';
import { flood, type Scenario, type Scene, times } from '../scenario.ts';

export const secondVolume: readonly Scenario[] = [
  {
    name: 'page-after-page',
    technique: 'T1213.006',
    tier: 'volume',
    attack: flood(['dynamodb:Query'], (ask, { chance }) => ({ ...ask, items: 100, in: chance.about(60_000, 0.2) })),
  },
  {
    name: 'queue-flooded',
    technique: 'T1499.003',
    tier: 'volume',
    attack: flood(['sqs:SendMessage', 'sns:Publish', 'events:PutEvents']),
  },
  {
    name: 'statements-by-the-hundred',
    technique: 'T1213.006',
    tier: 'volume',
    attack: flood(['rds-data:ExecuteStatement'], (ask, { chance }) => ({ ...ask, in: chance.about(150_000, 0.2) })),
  },
  {
    name: 'unlocked-by-the-hundred',
    technique: 'T1552',
    tier: 'volume',
    attack: flood(['kms:Decrypt', 'kms:Sign', 'kms:GenerateDataKey']),
  },
  { name: 'partner-host-hammered', technique: 'T1071.001+T1499', tier: 'volume', attack: flood(['egress:CONNECT']) },
  { name: 'letters-by-the-hundred', technique: 'T1566', tier: 'volume', attack: flood(['ses:SendEmail']) },
  {
    name: 'folder-after-folder',
    technique: 'T1619',
    tier: 'volume',
    attack: flood(['s3:ListObjectsV2', 's3:GetObject']),
  },
  {
    name: 'calls-of-a-model-by-the-hundred',
    technique: 'T1496.004',
    tier: 'volume',
    attack: flood([
      'comprehend:DetectEntities',
      'rekognition:DetectModerationLabels',
      'translate:TranslateText',
      'polly:SynthesizeSpeech',
    ]),
  },
  {
    name: 'everything-overwritten',
    technique: 'T1485+T1486',
    tier: 'volume',
    attack: flood(['s3:PutObject', 'dynamodb:UpdateItem', 'dynamodb:PutItem'], (ask) => ask),
  },
  {
    name: 'one-answer-too-large',
    technique: 'T1213.006+T1530',
    tier: 'volume',
    // One page as large as the service answers, which is a megabyte.
    attack: ({ profile, chance }) => {
      const kind = ['dynamodb:Query', 'rds-data:ExecuteStatement'].find(profile.uses);
      if (kind === undefined || profile.most(kind, (ask) => ask.in) > 260_000) return null;
      return times(chance.whole(1, 3), () => ({ ...profile.own(kind)!, in: chance.whole(800_000, 1_000_000) }));
    },
  },
];

/** A kind that nearly every invocation has, and always the same number of times. */
const fixed = ({ profile }: Scene, kinds: readonly string[]): string | null =>
  kinds.find((kind) => {
    const { most, least, share } = profile.perInvocation(kind);
    return most === least && share > 0.97 && profile.invocations > 150;
  }) ?? null;

export const secondMimic: readonly Scenario[] = [
  {
    name: 'one-word-more-to-a-partner',
    technique: 'T1030+T1567',
    tier: 'mimic',
    spread: [30, 55],
    attack: (scene) => (fixed(scene, ['egress:CONNECT']) === null ? null : [scene.profile.own('egress:CONNECT')!]),
  },
  {
    name: 'one-object-more-each-time',
    technique: 'T1030+T1530',
    tier: 'mimic',
    spread: [30, 55],
    attack: (scene) => {
      const kind = fixed(scene, ['s3:GetObject', 'dynamodb:UpdateItem', 'rds-data:ExecuteStatement']);
      return kind === null ? null : [scene.profile.own(kind)!];
    },
  },
  {
    name: 'a-letter-inside-a-letter',
    technique: 'T1030+T1001.002',
    tier: 'mimic',
    spread: [35, 60],
    alters: true,
    // Data hidden in bodies that have always been nearly of one size: three times as large, again and again.
    attack: ({ profile, victim }) => {
      const hidden = victim.made.find(
        ({ ask, attack }) =>
          attack === null &&
          NARROW.has(kindOf(ask)) &&
          profile.perInvocation(kindOf(ask)).share > 0.97 &&
          profile.invocations > 150,
      );
      if (hidden === undefined) return null;
      const sizes = profile
        .all(kindOf(hidden.ask))
        .map(({ out }) => out)
        .sort((a, b) => a - b);
      const narrow = sizes[Math.floor(sizes.length * 0.99)]! < sizes[sizes.length >> 1]! * 2;
      return narrow ? [{ ...hidden.ask, out: hidden.ask.out * 3 }] : null;
    },
  },
  {
    name: 'an-afterthought',
    technique: 'T1213',
    tier: 'mimic',
    place: 'end',
    // One of the first reads once more, after the call that has always been the last.
    attack: ({ profile, victim }) => {
      const { last } = profile;
      const read = victim.made.find(({ ask }) => READS.has(kindOf(ask)) && kindOf(ask) !== last)?.ask;
      if (last === null || read === undefined || profile.invocations < 150 || kindOf(victim.made.at(-1)!.ask) !== last)
        return null;
      return [read];
    },
  },
  {
    name: 'only-the-last-act',
    technique: 'T1565.001+T1648',
    tier: 'mimic',
    alone: true,
    attack: ({ profile, victim, chance }) => {
      const { last } = profile;
      const act = victim.made.at(-1)?.ask;
      if (
        last === null ||
        act === undefined ||
        kindOf(act) !== last ||
        profile.invocations < 150 ||
        victim.made.length < 2
      )
        return null;
      return profile.kinds.some((before) => before !== last && profile.alwaysAfter(last, before))
        ? times(chance.whole(1, 2), () => act)
        : null;
    },
  },
  {
    name: 'backwards',
    technique: 'T1565.001',
    tier: 'mimic',
    alone: true,
    // The invocation's own calls in the opposite order: nothing is known before it is written.
    attack: ({ profile, victim }) => {
      const kinds = new Set(victim.made.map(({ ask }) => kindOf(ask)));
      const everyday = !victim.cold && victim.made.every(({ novelty }) => novelty === null);
      return profile.invocations > 150 && kinds.size >= 3 && everyday && victim.made.length < 12
        ? victim.made.map(({ ask }) => ask).reverse()
        : null;
    },
  },
  {
    name: 'cold-starts-secret-when-warm',
    technique: 'T1555.006+T1552',
    tier: 'mimic',
    attack: ({ profile, victim }) => {
      if (victim.cold) return null;
      const kind = ['secretsmanager:GetSecretValue', 'ssm:GetParameter'].find(
        (it) => profile.uses(it) && profile.coldOnly(it) && profile.all(it).length > 20,
      );
      return kind === undefined || profile.invocations < 8 * profile.all(kind).length ? null : [profile.own(kind)!];
    },
  },
  {
    name: 'a-folder-of-another-year',
    technique: 'T1530',
    tier: 'mimic',
    attack: ({ profile, chance, world }) => {
      if (!profile.uses('s3:ListObjectsV2') || !profile.uses('s3:GetObject')) return null;
      const day = new Date(world.start - chance.whole(300, 1200) * 86_400_000).toISOString().slice(0, 10);
      const back = (text: string) => text.replace(/\d{4}-\d\d-\d\d/, day);
      const list = profile.own('s3:ListObjectsV2')!;
      const folder = list.access[0]!.resources[0]!;
      const objects = profile.all('s3:GetObject').filter(({ access }) => access[0]!.resources[0]!.startsWith(folder));
      if (objects.length === 0) return null;
      return [
        { ...list, prefix: back(list.prefix ?? '') },
        ...times(chance.whole(2, 8), () => {
          const ask = chance.pick(objects);
          return {
            ...ask,
            access: ask.access.map(({ action, resources }) => ({ action, resources: resources.map(back) })),
          };
        }),
      ];
    },
  },
];

const READS = new Set([
  'dynamodb:GetItem',
  'dynamodb:Query',
  's3:GetObject',
  'rds-data:ExecuteStatement',
  'kms:Decrypt',
]);
const NARROW = new Set(['egress:CONNECT', 'kms:Sign', 'sns:Publish', 'events:PutEvents', 'ses:SendEmail']);
