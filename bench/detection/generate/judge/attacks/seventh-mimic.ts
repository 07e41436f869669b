import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import type { Scenario, Scene } from '../scenario.ts';
import { DAY } from '../world.ts';
import { anew, ordinary, target, without } from './ordinary.ts';
import { grown, onceMore, single, slow, steady } from './slow.ts';

const OWNER = /(?<=\/)(case-\d{6}|t-[0-9a-f]{8})(?=\/)/;
const ownerOf = (ask: Ask): string | undefined => OWNER.exec(target(ask))?.[0];
const named = (ask: Ask, change: (name: string) => string): Ask => ({
  ...ask,
  access: ask.access.map((it) => ({ ...it, resources: it.resources.map(change) })),
});

/** What the run reads of a customer's, and of whom. */
const readOfACustomer = (scene: Scene): Ask | undefined =>
  ordinary(scene)?.find((ask) => kindOf(ask) === 's3:GetObject' && ownerOf(ask) !== undefined);

/** The customer whose files came most seldom. */
function rarest({ profile }: Scene): string {
  const counts = new Map<string, number>();
  for (const ask of profile.all('s3:GetObject')) {
    const owner = ownerOf(ask);
    if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => a - b)[0]![0];
}

/** As large as one of its fifty largest of a thousand, and never larger than any. */
const withinTheLargest =
  (kinds: readonly string[], of: 'in' | 'out') =>
  (scene: Scene): Ask[] | null => {
    const kind = steady(scene, kinds);
    if (kind === null) return null;
    const sizes = scene.profile
      .all(kind)
      .map((ask) => ask[of])
      .sort((a, b) => a - b);
    const size = sizes[Math.floor(sizes.length * scene.chance.between(0.95, 0.995))]!;
    return grown([kind], (ask) => ({ ...ask, [of]: Math.max(ask[of], size) }))(scene);
  };

/** What one action answers in no run in which another has: how a run ends well, and how it ends otherwise. */
const BOTH_DOORS = [
  ['dynamodb:PutItem', 'dynamodb:DeleteItem'],
  ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  ['sqs:SendMessage', 'dynamodb:PutItem'],
  ['rds-data:CommitTransaction', 'rds-data:RollbackTransaction'],
] as const;

const isGate = (ask: Ask): boolean =>
  /-reset-tries-|-mail-domains-|-tickets-/.test(target(ask)) || ask.operation === 'DetectPiiEntities';
const isWord = (ask: Ask): boolean => /^(ses:Send(Templated)?Email|sns:Publish)$/.test(kindOf(ask));
const isBracket = (ask: Ask): boolean => /^(Begin|Commit)Transaction$/.test(ask.operation);
const isLast = ({ operation }: Ask): boolean => operation === 'DeleteObject';

/** Runs of an hour or two in which something is left out that nobody looks at. */
const leaving = (name: string, technique: string, attack: Scenario['attack']): Scenario =>
  single(name, technique, attack, { alone: true, spread: [8, 14], dense: true });

/** In an order that no run ever had. */
const otherwise =
  (order: (asks: Ask[]) => Ask[]) =>
  (scene: Scene): Ask[] | null => {
    const asks = ordinary(scene, 3);
    if (asks === null) return null;
    const now = order(asks);
    const [first, before] = [kindOf(now[0]!), kindOf(asks[0]!)];
    return first !== before && scene.profile.alwaysAfter(first, before) ? now : null;
  };

const BY_NIGHT = /^(nightly-report|db-snapshot-copy|log-export|cron-cleaner)$/;

export const seventhMimic: readonly Scenario[] = [
  slow('one-order-more', 'T1213', onceMore(['dynamodb:TransactGetItems'], undefined, 0.5)),
  slow('one-reply-more', 'T1496.004', onceMore(['bedrock:Converse'])),
  slow('one-letter-more', 'T1566', onceMore(['ses:SendTemplatedEmail', 'ses:SendEmail'])),
  slow('one-place-more', 'T1565.001', onceMore(['geo:BatchUpdateDevicePosition'])),
  slow('one-hook-more', 'T1048', onceMore(['egress:CONNECT'])),
  slow('one-word-more-to-the-bus', 'T1565.001', onceMore(['events:PutEvents', 'firehose:PutRecord'])),
  slow('one-file-more', 'T1530', onceMore(['s3:GetObject'])),
  slow('one-person-more', 'T1087.004', onceMore(['cognito-idp:ListUsers'])),
  slow('one-alarm-more', 'T1053', onceMore(['scheduler:CreateSchedule'], undefined, 0.35)),
  slow(
    'one-look-more-now-and-then',
    'T1213',
    onceMore(['cognito-idp:ListUsers', 'dynamodb:GetItem', 'dynamodb:Query']),
    { dense: false },
  ),
  slow('a-secret-a-run', 'T1555.006', ({ profile, function: name }) =>
    name === 'webhook-fanout' ? [profile.own('secretsmanager:GetSecretValue')!] : null,
  ),
  slow(
    'answers-half-as-large-again',
    'T1213',
    grown(['cognito-idp:ListUsers', 'dynamodb:GetItem', 's3:GetObject'], (ask) => ({
      ...ask,
      in: Math.round(ask.in * 1.6),
    })),
    { alters: true },
  ),
  slow(
    'words-half-as-long-again',
    'T1048',
    grown(
      ['geo:BatchUpdateDevicePosition', 'firehose:PutRecord', 'ses:SendTemplatedEmail', 'egress:CONNECT'],
      (ask) => ({ ...ask, out: Math.round(ask.out * 1.6) }),
    ),
    { alters: true },
  ),
  slow(
    'more-rows-in-each',
    'T1213.006',
    grown(['dynamodb:Query'], (ask) => ({ ...ask, items: Math.ceil(ask.items * 1.8), in: Math.round(ask.in * 1.7) })),
    { alters: true },
  ),
  slow(
    'never-more-than-was-ever-sent',
    'T1048',
    withinTheLargest(['firehose:PutRecord', 'ses:SendTemplatedEmail', 'bedrock:Converse', 'egress:CONNECT'], 'out'),
    { alters: true },
  ),
  slow(
    'never-more-than-was-ever-answered',
    'T1213',
    withinTheLargest(['dynamodb:Query', 'cognito-idp:ListUsers', 'dynamodb:GetItem'], 'in'),
    { alters: true },
  ),
  slow(
    'the-files-of-one-customer-all-day',
    'T1565.001',
    (scene) => {
      const ask = readOfACustomer(scene);
      if (ask === undefined) return null;
      const whose = rarest(scene);
      return ownerOf(ask) === whose ? null : [named(ask, (it) => it.replace(OWNER, whose))];
    },
    { alters: true },
  ),
  single(
    'ones-own-file-and-anothers',
    'T1530',
    (scene) => {
      const own = readOfACustomer(scene);
      const others = scene.profile
        .all('s3:GetObject')
        .filter((ask) => ownerOf(ask) !== undefined && own !== undefined && ownerOf(ask) !== ownerOf(own));
      return others.length === 0 ? null : [scene.chance.pick(others)];
    },
    { spread: [10, 15] },
  ),
  single(
    'an-old-file-in-place-of-todays',
    'T1565.001',
    (scene) => {
      const ask = readOfACustomer(scene);
      const then = new Date(scene.victim.started - scene.chance.whole(2, 9) * DAY).toISOString().slice(0, 10);
      return ask === undefined ? null : [named(ask, (it) => it.replace(/\d{4}-\d\d-\d\d/, then))];
    },
    { alters: true, spread: [8, 14] },
  ),
  single(
    'the-second-half-first',
    'T1565.001',
    otherwise((asks) => [...asks.slice(asks.length >> 1), ...asks.slice(0, asks.length >> 1)]),
    { alone: true, spread: [2, 4] },
  ),
  single(
    'from-the-end-to-the-beginning',
    'T1565.001',
    otherwise((asks) => asks.toReversed()),
    { alone: true, spread: [2, 4] },
  ),
  single(
    'the-end-once-more',
    'T1565.001',
    (scene) => {
      const asks = ordinary(scene, 3)?.slice(-2);
      return asks?.every((ask) => scene.profile.perInvocation(kindOf(ask)).most === 1)
        ? asks.map((ask) => ({ ...ask }))
        : null;
    },
    { place: 'end', spread: [5, 9] },
  ),
  single('twice-this-once', 'T1565.001', ({ profile, chance }) => {
    const once = profile.kinds.filter((kind) => {
      const { most, share } = profile.perInvocation(kind);
      return most === 1 && share > 0.9;
    });
    return profile.invocations < 600 || once.length === 0 ? null : [profile.own(chance.pick(once))!];
  }),
  leaving('past-the-gate', 'T1562', without(isGate, 0.4)),
  leaving('nobody-told', 'T1562.006', without(isWord)),
  leaving('left-where-it-lay', 'T1565.001', without(isLast)),
  leaving('outside-the-transaction', 'T1565.001', without(isBracket)),
  single(
    'out-by-both-doors',
    'T1565.001',
    (scene) => {
      const { profile, function: name } = scene;
      const has = (kind: string) => ordinary(scene, 1)?.some((ask) => kindOf(ask) === kind);
      const pair = BOTH_DOORS.find(
        (kinds) => kinds.every(profile.uses) && profile.apart(kinds[0], kinds[1]) && kinds.some(has),
      );
      if (pair === undefined || name === 'password-mail') return null;
      return [profile.own(pair.find((kind) => !has(kind))!)!];
    },
    { place: 'end', spread: [3, 6] },
  ),
  single(
    'one-reader-more',
    'T1048',
    ({ profile }) => (profile.uses('ses:SendRawEmail') ? [profile.own('ses:SendRawEmail')!] : null),
    { place: 'end', spread: [3, 5], dense: true },
  ),
  // Those that make runs of their own stand last: they may copy one another's, and nothing may be added to them.
  single('a-day-on-which-nobody-works', 'T1078.004', (scene) => anew(scene), {
    at: ({ profile, victim, world }) => {
      const sunday = victim.started + (7 - new Date(victim.started).getUTCDay()) * DAY;
      return profile.weekdays.includes(0) || world.dayOf(sunday) >= 28 ? null : sunday;
    },
  }),
  single('the-job-of-the-night-by-day', 'T1053', (scene) => (BY_NIGHT.test(scene.function) ? anew(scene, 10) : null), {
    at: ({ victim, chance }) => new Date(victim.started).setUTCHours(chance.whole(9, 14), chance.whole(0, 59), 31, 0),
  }),
  single('said-again-all-at-once', 'T1499', (scene) => (scene.profile.invocations < 1500 ? anew(scene) : null), {
    at: ({ victim, chance }) => new Date(victim.started).setUTCHours(12, 0, 0, 0) + chance.between(0, 900_000),
    spread: [25, 40],
    dense: true,
  }),
];
