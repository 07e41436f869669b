import type { Ask } from '../ask.ts';
import { foreign, inTier, on, other, type Scenario, type Scene, times } from '../scenario.ts';

const resource = inTier('resource');

const table =
  (...names: readonly string[]) =>
  ({ aws, world, chance }: Scene) =>
    aws.arn('dynamodb', `table/${world.company}-${chance.pick(names)}-prd`);

const target = ({ access }: Ask): string => access[0]!.resources[0]!;

/** One's own action on what one's own other action is for. */
const theWrongWayRound =
  (pairs: readonly (readonly [string, string])[], most: number) =>
  (scene: Scene): Ask[] | null => {
    const { profile, chance } = scene;
    for (const [kind, counterpart] of pairs) {
      const ask = profile.own(kind);
      const there = profile.own(counterpart);
      if (ask === null || there === null) continue;
      const place = ({ service }: Ask, it: Ask) => (service === 's3' ? target(it).split('/')[0] : target(it));
      if (profile.all(kind).some((it) => place(ask, it) === place(ask, there))) continue;
      return times(chance.whole(1, most), () => on(ask, target(profile.own(counterpart)!), there.host));
    }
    return null;
  };

export const sixthResource: readonly Scenario[] = [
  resource(
    'records-of-another-clinic',
    'T1213',
    other('healthlake:ReadResource', ({ aws, chance }) => aws.arn('healthlake', `datastore/fhir/${chance.hex(32)}`), 9),
  ),
  resource(
    'signed-with-the-boards-key',
    'T1606',
    other('kms:Sign', ({ aws, chance }) => aws.arn('kms', `key/${chance.uuid()}`)),
  ),
  resource(
    'another-graph',
    'T1213.006',
    other('neptune-db:ExecuteOpenCypherQuery', ({ aws, chance }) =>
      aws.arn('neptune-db', `cluster-${chance.base32(26)}/database`),
    ),
  ),
  resource(
    'features-of-others-changed',
    'T1565.001',
    other('sagemaker:PutRecord', ({ aws, chance }) =>
      aws.arn('sagemaker', `feature-group/${chance.pick(['credit-scores', 'staff', 'fraud-labels'])}`),
    ),
  ),
  resource(
    'by-another-transformer',
    'T1565.002',
    other('b2bi:StartTransformerJob', ({ aws, chance }) => aws.arn('b2bi', `transformer/tr-${chance.hex(17)}`)),
  ),
  resource('a-job-with-the-lakes-own-role', 'T1098.003', ({ profile, aws, chance }) => {
    const ask = profile.own('emr-serverless:StartJobRun');
    if (ask === null) return null;
    const role = `arn:aws:iam::${aws.account}:role/${chance.pick(['lake-owner', 'platform-admin', 'finance-jobs'])}`;
    return [
      { ...ask, access: ask.access.map((it) => (it.action === 'iam:PassRole' ? { ...it, resources: [role] } : it)) },
    ];
  }),
  resource('a-cluster-of-others', 'T1648', ({ profile, aws, chance }) => {
    const ask = profile.own('emr-serverless:StartJobRun');
    if (ask === null) return null;
    const application = aws.arn('emr-serverless', `/applications/00${chance.base32(14).toLowerCase()}`);
    return [{ ...ask, access: [{ ...ask.access[0]!, resources: [application] }, ...ask.access.slice(1)] }];
  }),
  resource(
    'granted-the-salaries',
    'T1098',
    other('lakeformation:GrantPermissions', ({ aws, chance }) =>
      aws.arn('lakeformation', `table/${chance.pick(['hr/salaries', 'finance/ledger', 'legal/cases'])}`),
    ),
  ),
  resource(
    'a-secret-that-is-no-link',
    'T1555.006',
    other('secretsmanager:GetSecretValue', ({ aws, chance }) =>
      aws.arn(
        'secretsmanager',
        `secret:prd/${chance.pick(['database/core', 'signing/apps', 'root'])}-${chance.base62(6)}`,
      ),
    ),
  ),
  resource(
    'another-secret-overwritten',
    'T1531',
    other('secretsmanager:PutSecretValue', ({ aws, chance }) =>
      aws.arn(
        'secretsmanager',
        `secret:prd/${chance.pick(['database/billing', 'webhooks', 'vpn'])}-${chance.base62(6)}`,
      ),
    ),
  ),
  resource(
    'the-strongroom-opened',
    'T1489',
    other(
      'iot:Publish',
      ({ aws, chance }) => aws.arn('iot', `topic/${chance.pick(['vault/main/open', 'alarm/all/off', 'lifts/3/stop'])}`),
      5,
    ),
  ),
  resource(
    'into-a-stream-of-a-stranger',
    'T1537',
    other('kinesis:PutRecord', (scene) =>
      scene.aws.arn('kinesis', `stream/live-${scene.chance.hex(4)}`, scene.aws.region, foreign(scene)),
    ),
  ),
  resource('the-production-account-swept', 'T1078.004+T1550.001', ({ profile, chance }) => {
    const ask = profile.own('sts:AssumeRole');
    if (ask === null) return null;
    const role = target(ask).replace(/\d{12}/, `3${chance.digits(11)}`);
    return [{ ...on(ask, role), issues: chance.accessKey() }];
  }),
  resource('a-server-that-is-no-sandbox', 'T1489', ({ victim, chance }) => {
    const ask = victim.made.find((it) => it.ask.operation === 'StopInstances' && it.novelty === null)?.ask;
    const another = (arn: string) => arn.replace(/i-0[0-9a-f]{16}/, `i-0${chance.hex(16)}`);
    return ask === undefined ? null : times(chance.whole(1, 5), () => on(ask, another(target(ask))));
  }),
  resource(
    'a-channel-not-on-air',
    'T1213',
    other('medialive:DescribeChannel', ({ aws, chance }) => aws.arn('medialive', `channel:${chance.digits(7)}`)),
  ),
  resource(
    'kept-for-ever-in-a-strange-bucket',
    'T1485+T1486',
    other(
      's3:PutObjectRetention',
      ({ world, chance }) =>
        `arn:aws:s3:::${world.company}-${chance.pick(['backups', 'invoices', 'media'])}-prd/${chance.hex(4)}/${chance.uuid()}`,
      8,
    ),
  ),
  resource(
    'bids-in-another-book',
    'T1565.001',
    other('dynamodb:TransactWriteItems', table('wallets', 'payouts', 'house-accounts'), 4),
  ),
  resource(
    'lists-of-a-strange-table',
    'T1213.006',
    other('dynamodb:Query', table('salaries', 'api-clients', 'complaints'), 9),
  ),
  resource(
    'the-trail-led-elsewhere',
    'T1562.008',
    other('firehose:PutRecord', ({ aws, chance }) => aws.arn('firehose', `deliverystream/scratch-${chance.hex(4)}`)),
  ),
  resource(
    'metres-of-another-house',
    'T1565.001',
    other('timestream:WriteRecords', ({ aws, chance }) =>
      aws.arn('timestream', `database/${chance.pick(['billing/table/tariffs', 'grid/table/loads'])}`),
    ),
  ),
  resource(
    'reads-what-it-only-writes',
    'T1213.006+T1530',
    theWrongWayRound(
      [
        ['s3:GetObject', 's3:PutObject'],
        ['dynamodb:GetItem', 'dynamodb:PutItem'],
      ],
      6,
    ),
  ),
  resource(
    'writes-what-it-only-reads',
    'T1565.001',
    theWrongWayRound(
      [
        ['s3:PutObject', 's3:GetObject'],
        ['dynamodb:PutItem', 'dynamodb:GetItem'],
        ['dynamodb:PutItem', 'dynamodb:Query'],
      ],
      3,
    ),
  ),
  resource('the-vendors-house-next-door', 'T1048', ({ profile, aws, chance }) => {
    const ask = profile.own('egress:CONNECT');
    if (ask === null || !ask.host.endsWith('.example:443')) return null;
    const [, ...domain] = ask.host.split('.');
    return [aws.egress([`${chance.pick(['files', 'upload', 'dev'])}`, ...domain].join('.'), { out: 90_000, in: 400 })];
  }),
];
