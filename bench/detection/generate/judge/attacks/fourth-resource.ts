import { foreign, inTier, on, other, type Scenario, type Scene, times } from '../scenario.ts';

const resource = inTier('resource');

const table =
  (names: readonly string[]) =>
  ({ aws, world, chance }: Scene) =>
    aws.arn('dynamodb', `table/${world.company}-${chance.pick(names)}-prd`);

export const fourthResource: readonly Scenario[] = [
  resource(
    'vectors-in-another-index',
    'T1565.001',
    other('s3vectors:PutVectors', ({ aws, world, chance }) =>
      aws.arn('s3vectors', `bucket/${world.company}-${chance.pick(['legal', 'support-bot'])}-prd/index/answers`),
    ),
  ),
  resource(
    'asked-of-another-policy-store',
    'T1069.003',
    other(
      'verifiedpermissions:IsAuthorized',
      ({ aws, chance }) => `arn:aws:verifiedpermissions::${aws.account}:policy-store/${chance.base62(22)}`,
      12,
    ),
  ),
  resource(
    'a-strangers-phones',
    'T1537+T1656',
    other(
      'sns:Publish',
      (scene) => scene.aws.arn('sns', `endpoint/GCM/relay/${scene.chance.uuid()}`, scene.aws.region, foreign(scene)),
      6,
    ),
  ),
  resource(
    'a-member-of-the-staffs-pool',
    'T1098',
    other('cognito-idp:AdminAddUserToGroup', ({ aws, chance }) =>
      aws.arn('cognito-idp', `userpool/${aws.region}_${chance.base62(9)}`),
    ),
  ),
  resource(
    'called-clean-elsewhere',
    'T1562.001',
    other(
      's3:PutObjectTagging',
      ({ world, chance }) =>
        `arn:aws:s3:::${world.company}-${chance.pick(['payroll', 'releases'])}-prd/${chance.uuid()}`,
    ),
  ),
  resource('copied-out-of-a-strange-bucket', 'T1530+T1074.002', ({ profile, chance, world }) => {
    const ask = profile.own('s3:CopyObject');
    if (ask === null) return null;
    const bucket = `${world.company}-${chance.pick(['mail-archive', 'backups', 'board'])}-prd`;
    return times(chance.whole(1, 8), () => {
      const from = { action: 's3:GetObject', resources: [`arn:aws:s3:::${bucket}/${chance.uuid()}`] };
      return { ...ask, access: [from, ...ask.access.slice(1)] };
    });
  }),
  resource(
    'deleted-in-a-strange-bucket',
    'T1485',
    other(
      's3:DeleteObject',
      ({ world, chance }) => `arn:aws:s3:::${world.company}-${chance.pick(['legal-hold', 'trail'])}/${chance.uuid()}`,
      9,
    ),
  ),
  resource(
    'another-edge-emptied',
    'T1499',
    other(
      'cloudfront:CreateInvalidation',
      ({ aws, chance }) => `arn:aws:cloudfront::${aws.account}:distribution/E${chance.base32(13)}`,
    ),
  ),
  resource(
    'faces-of-the-staff',
    'T1213',
    other('rekognition:SearchFacesByImage', ({ aws, chance }) =>
      aws.arn('rekognition', `collection/${chance.pick(['employees', 'visitors'])}`),
    ),
  ),
  resource(
    'where-the-directors-drive',
    'T1430+T1213',
    other('geo:BatchGetDevicePosition', ({ aws, chance }) =>
      aws.arn('geo', `tracker/${chance.pick(['company-cars', 'cash-transport'])}`),
    ),
  ),
  resource(
    'batches-into-a-strange-table',
    'T1565.001',
    other('dynamodb:BatchWriteItem', table(['contract-prices', 'vouchers', 'admins']), 9),
  ),
  resource('by-an-index-never-asked', 'T1213.006', ({ profile, chance }) => {
    const ask = profile.own('dynamodb:Query');
    if (ask === null) return null;
    const index = `${ask.access[0]!.resources[0]}/index/${chance.pick(['by-email', 'by-iban', 'by-phone'])}`;
    return times(chance.whole(1, 9), () => on({ ...ask, in: chance.about(60_000) }, index));
  }),
  resource(
    'another-queue-looked-into',
    'T1580',
    other('sqs:GetQueueAttributes', ({ aws, chance }) =>
      aws.arn('sqs', chance.pick(['payments', 'payouts', 'hr-events'])),
    ),
  ),
  resource(
    'a-service-set-to-nothing',
    'T1489',
    other('ecs:UpdateService', ({ aws, chance }) =>
      aws.arn('ecs', `service/${chance.pick(['core/checkout', 'core/login', 'workers/audit'])}`),
    ),
  ),
  resource(
    'another-release-let-through',
    'T1195.002',
    other('codepipeline:PutApprovalResult', ({ aws, chance }) =>
      aws.arn('codepipeline', `${chance.pick(['identity', 'payments', 'infrastructure'])}/Release/Security`),
    ),
  ),
  resource('asked-in-an-idle-region', 'T1535', ({ profile, chance }) => {
    const kinds = ['polly:SynthesizeSpeech', 'rekognition:CompareFaces', 'transcribe:StartTranscriptionJob'];
    const kind = kinds.find(profile.uses);
    if (kind === undefined) return null;
    const region = chance.pick(['sa-east-1', 'me-south-1', 'af-south-1']);
    return times(chance.whole(1, 6), () => {
      const ask = profile.own(kind)!;
      return { ...ask, region, host: ask.host.replace(ask.region!, region) };
    });
  }),
  resource(
    'on-the-treasurys-bus',
    'T1565.002',
    other('events:PutEvents', ({ aws, chance }) =>
      aws.arn('events', `event-bus/${chance.pick(['treasury', 'default', 'access'])}`),
    ),
  ),
  resource('the-vendors-other-door', 'T1567', ({ profile, aws, chance }) => {
    const ask = profile.own('egress:CONNECT');
    if (ask === null) return null;
    const domain = ask.host.replace(/:\d+$/, '').split('.').slice(-2).join('.');
    const host = `${chance.pick(['uploads', 'sandbox', 'eu2', 'files'])}.${domain}`;
    return [aws.egress(host, { out: chance.about(26_000, 0.5), in: 310 })];
  }),
];
