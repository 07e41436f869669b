import { type Scenario, type Scene, times } from '../scenario.ts';
import { blatant, to, ways } from './new-ways.ts';

const role = ({ aws, chance }: Scene): string =>
  `arn:aws:iam::${aws.account}:role/${chance.pick(['deploy', 'admin', 'ci-runner', 'break-glass'])}`;
const user = ({ aws, chance }: Scene): string =>
  `arn:aws:iam::${aws.account}:user/${chance.pick(['terraform', 'backup-svc', 'jenkins', 'root-mail'])}`;

/** What public reports of incidents and the tools that replay them do first, and what they leave behind. */
export const seventhBlatant: readonly Scenario[] = [
  ways('out-of-the-sandbox-of-mail', 'T1496.004', ({ aws, chance }) => [
    aws.to('ses', 'GetAccount', '*'),
    aws.to('ses', 'CreateEmailIdentity', aws.arn('ses', `identity/${chance.hex(6)}-support.example`)),
    aws.to('ses', 'PutAccountDetails', '*', { out: chance.about(1500, 0.1) }),
  ]),
  ways('an-image-for-a-strangers-account', 'T1537', ({ aws, chance }) => [
    aws.to('ec2', 'DescribeImages', '*', { in: chance.about(17_000, 0.3) }),
    aws.to('ec2', 'ModifyImageAttribute', aws.arn('ec2', `image/ami-0${chance.hex(16)}`, aws.region, '')),
  ]),
  ways('brought-back-in-the-open', 'T1578.002+T1213.006', ({ aws, chance }) => {
    const from = aws.arn('rds', `snapshot:rds:shop-${chance.digits(4)}`);
    const copy = aws.arn('rds', `db:tmp-${chance.hex(4)}`);
    return [
      aws.to('rds', 'RestoreDBInstanceFromDBSnapshot', [from, copy]),
      aws.to('rds', 'ModifyDBInstance', copy, { out: chance.about(780, 0.1) }),
    ];
  }),
  ways('every-failure-told-to-a-stranger', 'T1546', ({ aws, chance }) => [
    aws.to(
      'lambda',
      'UpdateFunctionEventInvokeConfig',
      aws.arn('lambda', `function:${chance.pick(['checkout', 'login', 'invoice'])}`),
    ),
  ]),
  ways('a-servers-orders-by-association', 'T1072', ({ aws, chance }) => [
    aws.to('ssm', 'CreateDocument', aws.arn('ssm', `document/patch-${chance.hex(4)}`), {
      out: chance.about(2600, 0.2),
    }),
    aws.to('ssm', 'CreateAssociation', aws.arn('ssm', `document/patch-${chance.hex(4)}`)),
  ]),
  ways('a-key-of-ones-own-to-the-file-drop', 'T1098.004', ({ aws, chance }) => [
    aws.to('transfer', 'ListServers', '*'),
    aws.to(
      'transfer',
      'ImportSshPublicKey',
      aws.arn('transfer', `user/s-${chance.hex(17)}/${chance.pick(['acme', 'bank'])}`),
    ),
  ]),
  ways('the-edge-fed-from-elsewhere', 'T1565.002', ({ aws, chance }) => {
    const site = `arn:aws:cloudfront::${aws.account}:distribution/E${chance.base32(13)}`;
    return [
      aws.to('cloudfront', 'GetDistributionConfig', site, { in: chance.about(5200, 0.1) }),
      aws.to('cloudfront', 'UpdateDistribution', site, { out: chance.about(5400, 0.1) }),
    ];
  }),
  ways('secrets-gone-at-once', 'T1485', ({ aws, chance }) =>
    times(chance.whole(1, 6), () =>
      aws.to(
        'secretsmanager',
        'DeleteSecret',
        aws.arn('secretsmanager', `secret:prd/${chance.hex(6)}-${chance.base62(6)}`),
      ),
    ),
  ),
  ways('sealed-with-a-strangers-key', 'T1486', ({ aws, world, chance }) =>
    ['invoices', 'people', 'backups']
      .slice(0, chance.whole(1, 3))
      .map((it) =>
        aws.s3('PutBucketEncryption', `${world.company}-${it}-prd`, null, { action: 'PutEncryptionConfiguration' }),
      ),
  ),
  ways('open-to-all-by-acl', 'T1530', ({ aws, world, chance }) =>
    times(chance.whole(1, 5), () => aws.s3('PutObjectAcl', `${world.company}-exports-prd`, `${chance.hex(8)}.csv`)),
  ),
  ways('models-talked-to-at-our-cost', 'T1496', ({ aws, chance }) => {
    const model = aws.arn('bedrock', 'foundation-model/anthropic.claude-opus-4-20250514-v1:0', aws.region, '');
    return [
      { ...aws.to('bedrock', 'ListInferenceProfiles', '*'), host: `bedrock.${aws.region}.amazonaws.com` },
      ...times(chance.whole(1, 9), () =>
        aws.to('bedrock', 'InvokeModelWithResponseStream', model, {
          out: chance.about(6000, 0.6),
          in: chance.about(9000, 0.4),
        }),
      ),
    ];
  }),
  ways('a-topic-for-everybody', 'T1537', ({ aws }) => [
    aws.to('sns', 'GetTopicAttributes', aws.arn('sns', 'alerts')),
    aws.to('sns', 'SetTopicAttributes', aws.arn('sns', 'alerts'), { out: 1400 }),
  ]),
  ways('a-queue-for-everybody', 'T1537', ({ aws, chance }) => [
    aws.to('sqs', 'SetQueueAttributes', aws.arn('sqs', chance.pick(['payments', 'mails', 'jobs'])), { out: 1300 }),
  ]),
  ways('somebody-elses-password-set', 'T1098', (scene) => [
    scene.aws.to('iam', 'UpdateLoginProfile', user(scene), { out: 640 }),
  ]),
  ways('a-policy-of-five-versions', 'T1548', ({ aws, chance }) => {
    const policy = `arn:aws:iam::${aws.account}:policy/${chance.pick(['app-base', 'developers', 'lambda-common'])}`;
    return [aws.to('iam', 'ListPolicyVersions', policy), aws.to('iam', 'CreatePolicyVersion', policy, { out: 1500 })];
  }),
  ways('a-servers-role-exchanged', 'T1098.003', (scene) => {
    const { aws, chance } = scene;
    const swap = aws.to('ec2', 'ReplaceIamInstanceProfileAssociation', aws.arn('ec2', `instance/i-0${chance.hex(16)}`));
    return [
      aws.to('ec2', 'DescribeIamInstanceProfileAssociations', '*', { in: chance.about(5200, 0.2) }),
      { ...swap, access: [...swap.access, { action: 'iam:PassRole', resources: [role(scene)] }] },
    ];
  }),
  ways('a-list-of-trusted-strangers', 'T1562.001', ({ aws, chance }) => {
    const detector = aws.arn('guardduty', `detector/${chance.hex(32)}`);
    return [aws.to('guardduty', 'CreateIPSet', detector), aws.to('guardduty', 'CreateFilter', detector)];
  }),
  ways('the-trail-into-a-bucket-that-is-not', 'T1562.008', ({ aws }) => [
    aws.to('cloudtrail', 'DescribeTrails', '*'),
    aws.to('cloudtrail', 'UpdateTrail', aws.arn('cloudtrail', 'trail/organization')),
  ]),
  ways('images-pulled-by-all', 'T1537', ({ aws, chance }) => [
    aws.to('ecr', 'DescribeRepositories', '*', { in: chance.about(6100, 0.2) }),
    aws.to('ecr', 'SetRepositoryPolicy', aws.arn('ecr', `repository/${chance.pick(['shop', 'pay', 'base'])}`)),
  ]),
  ways('keys-material-taken-away', 'T1486+T1485', ({ aws, chance }) => [
    aws.to('kms', 'ListKeys', '*', { in: chance.about(3300, 0.2) }),
    aws.to('kms', 'DeleteImportedKeyMaterial', aws.arn('kms', `key/${chance.uuid()}`)),
  ]),
  ways('a-password-that-is-no-password', 'T1098.001', (scene) => [
    scene.aws.to('iam', 'CreateServiceSpecificCredential', user(scene)),
  ]),
  ways('a-bench-with-a-stronger-role', 'T1648+T1078.004', (scene) => {
    const { aws, chance } = scene;
    const bench = aws.to('glue', 'CreateDevEndpoint', aws.arn('glue', `devEndpoint/test-${chance.hex(4)}`));
    return [
      aws.to('glue', 'GetConnections', '*', { in: chance.about(3900, 0.3) }),
      { ...bench, access: [...bench.access, { action: 'iam:PassRole', resources: [role(scene)] }] },
    ];
  }),
  ways('master-of-the-cluster', 'T1098.006', ({ aws, chance }) => {
    const cluster = chance.pick(['prod', 'platform', 'jobs']);
    return [
      aws.to('eks', 'CreateAccessEntry', aws.arn('eks', `cluster/${cluster}`)),
      aws.to('eks', 'AssociateAccessPolicy', aws.arn('eks', `access-entry/${cluster}/role/*`)),
    ];
  }),
  ways('the-shared-disk-for-everybody', 'T1222', ({ aws, chance }) => [
    aws.to(
      'elasticfilesystem',
      'PutFileSystemPolicy',
      aws.arn('elasticfilesystem', `file-system/fs-0${chance.hex(16)}`),
    ),
  ]),
  ways('the-warehouse-as-its-owner', 'T1555', ({ aws, chance }) => [
    aws.to('redshift', 'DescribeClusters', '*', { in: chance.about(4400, 0.2) }),
    aws.to('redshift', 'GetClusterCredentials', aws.arn('redshift', `dbuser:dwh/${chance.pick(['root', 'awsuser'])}`)),
  ]),
  ways('guests-of-the-pool-promoted', 'T1098.003', (scene) => {
    const { aws, chance } = scene;
    const set = aws.to(
      'cognito-identity',
      'SetIdentityPoolRoles',
      aws.arn('cognito-identity', `identitypool/${aws.region}:${chance.uuid()}`),
    );
    return [{ ...set, access: [...set.access, { action: 'iam:PassRole', resources: [role(scene)] }] }];
  }),
  ways('a-key-found-in-a-repository', 'T1552.001+T1078.004', ({ aws, chance }) => {
    const as = { accessKeyId: `AKIA${chance.base32(16)}`, account: `7${chance.digits(11)}` };
    return [
      { ...aws.to('sts', 'GetCallerIdentity', '*', { as }), host: `sts.${aws.region}.amazonaws.com` },
      aws.to('s3', 'ListBuckets', '*', { as, action: 'ListAllMyBuckets' }),
    ];
  }),
  blatant(
    'up-to-a-private-drive',
    'T1567.002',
    to(({ chance }) => chance.pick(['g.api.mega.co.nz', 'content.dropboxapi.com', 'catbox.moe', 'temp.sh']), 220_000),
  ),
  blatant(
    'where-am-i-seen-from',
    'T1016',
    to(({ chance }) => chance.pick(['api.ipify.org', 'ifconfig.me', 'checkip.amazonaws.com', 'ipinfo.io']), 700),
  ),
  blatant(
    'a-tunnel-home',
    'T1572',
    to(
      ({ chance }) => chance.pick(['connect.eu.ngrok-agent.com', 'controlplane.tailscale.com', 'bore.pub:7835']),
      9000,
    ),
  ),
  blatant(
    'a-pool-of-miners',
    'T1496.001',
    to(
      ({ chance }) =>
        chance.pick(['gulf.moneroocean.stream:10128', 'pool.hashvault.pro', 'xmr-eu1.nanopool.org:14433']),
      5200,
    ),
  ),
];
