import { foreign, inTier, on, other, type Scenario, type Scene, times } from '../scenario.ts';

const resource = inTier('resource');

/** What `other` leaves out: under the session of a role that the run has taken. */
const underItsRole =
  (operation: string, elsewhere: (scene: Scene) => string, most: number): Scenario['attack'] =>
  (scene) => {
    const ask = scene.victim.made.find(({ ask }) => ask.as !== undefined && ask.operation === operation)?.ask;
    return ask === undefined ? null : times(scene.chance.whole(1, most), () => on(ask, elsewhere(scene)));
  };

export const fifthResource: readonly Scenario[] = [
  resource(
    'tokens-by-another-key',
    'T1606',
    other('kms:GenerateMac', ({ aws, chance }) => aws.arn('kms', `key/${chance.uuid()}`)),
  ),
  resource(
    'the-boards-dashboard',
    'T1213',
    underItsRole('GetDashboardEmbedUrl', ({ aws, chance }) => aws.arn('quicksight', `dashboard/${chance.uuid()}`), 5),
  ),
  resource(
    'doors-of-the-head-office',
    'T1602+T1489',
    other(
      'iot:UpdateThingShadow',
      ({ aws, chance }) => aws.arn('iot', `thing/${chance.pick(['office-gate', 'vault-door', 'server-room'])}`),
      6,
    ),
  ),
  resource(
    'an-alias-nobody-uses',
    'T1648',
    other('lambda:Invoke', ({ aws, chance }) =>
      aws.arn('lambda', `function:policy-lookup:${chance.pick(['debug', 'import', '3'])}`),
    ),
  ),
  resource(
    'the-lawyers-index',
    'T1213',
    other('kendra:Query', ({ aws, chance }) => aws.arn('kendra', `index/${chance.uuid()}`), 9),
  ),
  resource(
    'callers-of-another-house',
    'T1213',
    other(
      'profile:SearchProfiles',
      ({ aws, chance }) => aws.arn('profile', `domains/${chance.pick(['patients', 'staff', 'debtors'])}`),
      12,
    ),
  ),
  resource(
    'what-others-were-advised',
    'T1213',
    other('personalize:GetRecommendations', ({ aws, chance }) =>
      aws.arn('personalize', `campaign/${chance.pick(['next-loan', 'churn-risk', 'upsell'])}`),
    ),
  ),
  resource(
    'texts-from-another-sender',
    'T1656',
    other('sms-voice:SendTextMessage', ({ aws, chance }) => aws.arn('sms-voice', `pool/pool-${chance.hex(32)}`), 8),
  ),
  resource(
    'a-cup-of-ones-own',
    'T1565.001',
    other('gamelift:StartMatchmaking', ({ aws, chance }) =>
      aws.arn('gamelift', `matchmakingconfiguration/${chance.pick(['ranked-final', 'staff-test', 'money-league'])}`),
    ),
  ),
  resource(
    'coins-in-a-strange-ledger',
    'T1565.001',
    other(
      'dynamodb:TransactWriteItems',
      ({ aws, world, chance }) =>
        aws.arn('dynamodb', `table/${world.company}-${chance.pick(['wallets', 'gift-cards', 'grants'])}-prd`),
      6,
    ),
  ),
  resource(
    'keys-of-another-edge',
    'T1565.001+T1562.007',
    other(
      'cloudfront-keyvaluestore:UpdateKeys',
      ({ aws, chance }) => `arn:aws:cloudfront::${aws.account}:key-value-store/${chance.uuid()}`,
    ),
  ),
  resource(
    'names-in-another-zone',
    'T1584.001',
    other('route53:ChangeResourceRecordSets', ({ chance }) => `arn:aws:route53:::hostedzone/Z${chance.base32(18)}`),
  ),
  resource(
    'settings-of-others-overwritten',
    'T1565.001',
    other('ssm:PutParameter', ({ aws, chance }) =>
      aws.arn('ssm', `parameter/prd/${chance.pick(['login/allowed-origins', 'payments/endpoint', 'network/peers'])}`),
    ),
  ),
  resource(
    'pay-slips-in-the-catalogue',
    'T1619',
    other('glue:GetTable', ({ aws, chance }) =>
      aws.arn('glue', `table/${chance.pick(['hr/salaries', 'finance/forecast', 'risk/blacklist'])}`),
    ),
  ),
  resource(
    'images-that-still-run',
    'T1485',
    other(
      'ecr:BatchDeleteImage',
      ({ aws, chance }) =>
        aws.arn('ecr', `repository/${chance.pick(['base/node', 'platform/sidecar', 'infra/runner'])}`),
      6,
    ),
  ),
  resource('a-vault-of-others', 'T1580', (scene) => {
    const vault = scene.aws.arn('backup', `backup-vault:${scene.chance.pick(['legal', 'root-account', 'payroll'])}`);
    return other('backup:ListRecoveryPointsByBackupVault', () => vault)(scene);
  }),
  resource('parts-to-a-strangers-bucket', 'T1537', (scene) => {
    const { profile, chance } = scene;
    const ask = profile.own('s3:UploadPart');
    if (ask === null) return null;
    const bucket = `dl-${chance.hex(6)}-${foreign(scene).slice(0, 4)}`;
    return times(chance.whole(2, 9), () =>
      on(ask, `arn:aws:s3:::${bucket}/${chance.hex(12)}.bin`, `${bucket}.s3.${ask.region}.amazonaws.com`),
    );
  }),
  resource('the-banks-other-door', 'T1571', ({ profile, aws, chance }) => {
    const ask = profile.own('egress:CONNECT');
    if (ask === null || !ask.host.endsWith(':22')) return null;
    const host = ask.host.replace(/:22$/, chance.pick([':2222', ':8443', ':21']));
    return [aws.egress(host, { out: chance.about(70_000, 0.5), in: 900 })];
  }),
];
