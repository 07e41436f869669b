import type { Ask } from '../ask.ts';
import { kindOf } from '../profile.ts';
import { type Scenario, type Scene, times } from '../scenario.ts';
import { anew, ordinary, target, without } from './ordinary.ts';
import { grown, onceMore, single, slow } from './slow.ts';

const inBucketOf = /^(arn:aws:s3:::[^/]+\/)((?:firm|gln)-[^/]+)/;

/** What the run does for one of those whom the function works for, done for another one. */
const forAnother =
  (...kinds: readonly string[]) =>
  (scene: Scene): Ask[] | null => {
    const { profile } = scene;
    const ask = ordinary(scene)?.find((it) => kinds.includes(kindOf(it)) && inBucketOf.test(target(it)));
    if (ask === undefined) return null;
    const owner = inBucketOf.exec(target(profile.own(kindOf(ask))!))?.[2];
    const theirs = target(ask).replace(inBucketOf, `$1${owner}`);
    if (owner === undefined || theirs === target(ask)) return null;
    return [{ ...ask, access: ask.access.map((it) => ({ ...it, resources: [theirs] })) }];
  };

const isRecord = (ask: Ask): boolean => /-audit-|who-looked|-ledger-/.test(target(ask));
const WRITES = /:(Put|Update|TransactWrite|BatchWrite|Send|Publish|Start|Create|Delete)/;

export const sixthMimic: readonly Scenario[] = [
  slow('one-patient-more', 'T1213', onceMore(['healthlake:ReadResource'])),
  slow('one-seal-more', 'T1606', onceMore(['kms:Sign'])),
  slow('one-bid-more', 'T1565.001', onceMore(['dynamodb:TransactWriteItems'], undefined, 0.55)),
  slow('one-walk-more', 'T1213.006', onceMore(['neptune-db:ExecuteOpenCypherQuery'])),
  slow('one-gate-more', 'T1489', onceMore(['iot:Publish'])),
  slow('one-opinion-more', 'T1496.004', onceMore(['comprehend:DetectToxicContent', 'sagemaker:PutRecord'])),
  slow('one-cut-more', 'T1074.002', onceMore(['mediapackage:CreateHarvestJob', 'b2bi:StartTransformerJob'])),
  slow('one-more-here-and-there', 'T1213', onceMore(['healthlake:ReadResource', 'dynamodb:GetItem', 's3:HeadObject']), {
    dense: false,
  }),
  slow(
    'answers-somewhat-fuller',
    'T1213',
    grown(['healthlake:ReadResource', 'dynamodb:GetItem', 'medialive:DescribeChannel'], (ask) => ({
      ...ask,
      in: Math.round(ask.in * 1.7),
    })),
    { alters: true },
  ),
  slow(
    'bodies-somewhat-larger',
    'T1048',
    grown(['kinesis:PutRecord', 'sagemaker:PutRecord', 'iot:Publish', 'kms:Sign'], (ask) => ({
      ...ask,
      out: Math.round(ask.out * 1.7),
    })),
    { alters: true },
  ),
  slow(
    'lists-somewhat-longer',
    'T1213.006',
    grown(['dynamodb:Query', 'iotsitewise:BatchPutAssetPropertyValue'], (ask) => ({
      ...ask,
      items: Math.ceil(ask.items * 1.8),
      in: Math.round(ask.in * 1.8),
    })),
    { alters: true },
  ),
  slow(
    'records-that-say-ever-less',
    'T1565.001',
    grown(['firehose:PutRecord', 'dynamodb:PutItem', 'timestream:WriteRecords'], (ask) => ({
      ...ask,
      out: Math.round(ask.out * 0.45),
    })),
    { alters: true },
  ),
  slow('anothers-file-each-time', 'T1530', forAnother('s3:GetObject'), { alters: true }),
  slow(
    'numbers-of-vouchers-tried',
    'T1110',
    ({ profile, function: name, chance }) =>
      name === 'voucher-redeem' ? [{ ...profile.own('dynamodb:Query')!, in: chance.about(310, 0.04) }] : null,
    { alone: true },
  ),
  slow(
    'copied-badges-tried',
    'T1110+T1078',
    ({ profile, function: name }) =>
      name === 'door-badge' ? [profile.own('dynamodb:GetItem')!, profile.own('dynamodb:PutItem')!] : null,
    { alone: true },
  ),
  single('anothers-file-once', 'T1530', forAnother('s3:GetObject'), { alters: true }),
  single('laid-in-anothers-folder', 'T1565.001', forAnother('s3:PutObject'), { alters: true }),
  single(
    'anothers-inbox-looked-into',
    'T1619',
    ({ profile, victim }) => {
      const mine = victim.made.find(({ ask, novelty }) => novelty === null && ask.operation === 'ListObjectsV2')?.ask;
      const whose = ({ prefix }: Ask) => prefix?.split('/')[0];
      const others = profile.all('s3:ListObjectsV2').filter((ask) => mine !== undefined && whose(ask) !== whose(mine));
      return others.length === 0 ? null : times(2, (i) => others.at(-1 - i)!);
    },
    { place: 'end' },
  ),
  single(
    'the-last-act-first',
    'T1565.001',
    (scene) => {
      const asks = ordinary(scene, 3);
      const last = asks?.at(-1);
      if (asks === null || last === undefined || kindOf(last) !== scene.profile.last) return null;
      return [last, ...asks.slice(0, -1)];
    },
    { alone: true },
  ),
  single(
    'done-and-then-looked-at',
    'T1565.001',
    (scene) => {
      const asks = ordinary(scene, 3);
      if (asks === null) return null;
      const [look, act, ...rest] = asks;
      const grain = kindOf(look!) !== kindOf(act!) && scene.profile.alwaysAfter(kindOf(act!), kindOf(look!));
      return grain ? [act!, look!, ...rest] : null;
    },
    { alone: true, spread: [8, 15] },
  ),
  single(
    'every-step-twice',
    'T1565.001',
    (scene) => {
      const asks = ordinary(scene, 3);
      const once = asks?.every((ask) => scene.profile.perInvocation(kindOf(ask)).once > 0.4);
      return asks !== null && once && asks.length <= 6 ? asks.flatMap((ask) => [ask, ask]) : null;
    },
    { alone: true, spread: [3, 6] },
  ),
  single('nothing-written-down', 'T1562.008', without(isRecord), { alone: true, spread: [6, 12], dense: true }),
  single(
    'looked-at-and-left',
    'T1213',
    (scene) => {
      const asks = ordinary(scene);
      const first = asks?.findIndex((ask) => ask.service === null || WRITES.test(kindOf(ask))) ?? -1;
      return first > 0 && scene.profile.perInvocation(kindOf(asks![first]!)).share > 0.97
        ? asks!.slice(0, first)
        : null;
    },
    { alone: true, spread: [6, 12] },
  ),
  single('two-branches-in-one-run', 'T1565.001', (scene) => {
    const { profile, chance } = scene;
    const asks = ordinary(scene);
    if (asks === null) return null;
    const never = profile.kinds.filter(
      (kind) => profile.perInvocation(kind).share > 0.02 && asks.some((ask) => profile.apart(kind, kindOf(ask))),
    );
    const possible = never.filter((kind) => profile.own(kind)!.as === undefined);
    return possible.length === 0 ? null : [profile.own(chance.pick(possible))!];
  }),
  single('an-hour-when-nobody-works', 'T1078.004', anew, {
    at: ({ profile, victim, chance }) => {
      const night = [0, 1, 2, 3, 4].filter((hour) => !profile.hours.includes(hour));
      if (night.length < 5 || profile.hours.length < 2) return null;
      return new Date(victim.started).setUTCHours(chance.pick(night), chance.whole(0, 59), chance.whole(0, 59), 0);
    },
  }),
  single(
    'a-job-of-last-week-again',
    'T1565.001',
    (scene) => {
      const today = new Date(scene.victim.started).toISOString().slice(0, 10);
      const asks = anew(scene);
      return asks?.some((ask) => ask.service === 's3' && target(ask).includes(`/${today}/`)) ? asks : null;
    },
    {
      at: ({ victim, world, chance }) => {
        const at = victim.started + chance.whole(3, 6) * 86_400_000 + chance.between(60_000, 1_200_000);
        return world.dayOf(at) < 28 ? at : null;
      },
    },
  ),
  single('once-more-in-between', 'T1053', (scene) => (CLOCKED.has(scene.function) ? anew(scene) : null), {
    at: ({ victim, chance }) => victim.started + chance.between(150_000, 420_000),
    spread: [10, 16],
  }),
  single(
    'read-again-when-renewed',
    'T1555.006',
    ({ profile, chance }) =>
      profile.last === 'secretsmanager:PutSecretValue'
        ? times(chance.whole(2, 3), () => profile.own('secretsmanager:GetSecretValue')!)
        : null,
    { place: 'end' },
  ),
  single('more-than-one-gate', 'T1489', ({ profile, chance }) => {
    const kind = 'iot:Publish';
    return profile.uses(kind) && profile.perInvocation(kind).most === 1
      ? times(chance.whole(2, 4), () => profile.own(kind)!)
      : null;
  }),
];

const CLOCKED = new Set(['burn-rate', 'price-feed', 'token-refresh', 'feature-build']);
