import { type Scenario, times } from '../scenario.ts';
import { blatant, to, ways } from './new-ways.ts';

export const sixthBlatant: readonly Scenario[] = [
  ways('a-cable-to-another-network', 'T1599', ({ aws, chance }) => [
    aws.to('ec2', 'DescribeVpcs', '*', { in: chance.about(4300) }),
    aws.to('ec2', 'CreateVpcPeeringConnection', aws.arn('ec2', `vpc/vpc-0${chance.hex(16)}`)),
  ]),
  ways('traffic-mirrored', 'T1040', ({ aws, chance }) => [
    aws.to('ec2', 'DescribeNetworkInterfaces', '*', { in: chance.about(42_000) }),
    aws.to('ec2', 'CreateTrafficMirrorSession', aws.arn('ec2', `network-interface/eni-0${chance.hex(16)}`)),
  ]),
  ways('the-lake-asked-anything', 'T1213.006', ({ aws, chance }) => [
    aws.to('athena', 'ListDatabases', '*', { in: chance.about(2600) }),
    aws.to('athena', 'StartQueryExecution', aws.arn('athena', 'workgroup/primary'), { out: chance.about(1300, 0.2) }),
    aws.to('athena', 'GetQueryResults', aws.arn('athena', 'workgroup/primary'), { in: chance.about(240_000, 0.5) }),
  ]),
  ways('a-bucket-moved-by-a-service', 'T1537', ({ aws, chance }) => [
    aws.to('datasync', 'CreateLocationS3', '*'),
    aws.to('datasync', 'CreateTask', '*'),
    aws.to('datasync', 'StartTaskExecution', aws.arn('datasync', `task/task-0${chance.hex(16)}`)),
  ]),
  ways('all-objects-by-one-job', 'T1485+T1537', ({ aws, chance }) => [
    {
      ...aws.to('s3', 'CreateJob', '*', { out: chance.about(2600, 0.1) }),
      host: `${aws.account}.s3-control.${aws.region}.amazonaws.com`,
    },
  ]),
  ways('a-side-door-of-a-bucket', 'T1098', ({ aws, chance }) => {
    const point = aws.arn('s3', `accesspoint/health-${chance.hex(4)}`);
    const host = `${aws.account}.s3-control.${aws.region}.amazonaws.com`;
    return ['CreateAccessPoint', 'PutAccessPointPolicy'].map((operation) => ({
      ...aws.to('s3', operation, point),
      host,
    }));
  }),
  ways('no-way-back-in-time', 'T1490', ({ aws, world, chance }) =>
    times(chance.whole(1, 4), () =>
      aws.dynamodb('UpdateContinuousBackups', `${world.company}-${chance.pick(['users', 'invoices', 'audit'])}-prd`),
    ),
  ),
  ways('rows-that-die-tonight', 'T1485', ({ aws, world, chance }) => [
    aws.dynamodb('UpdateTimeToLive', `${world.company}-${chance.pick(['audit', 'sessions', 'ledger'])}-prd`),
  ]),
  ways('the-model-without-a-rail', 'T1562.001', ({ aws, chance }) => [
    { ...aws.to('bedrock', 'ListGuardrails', '*'), host: `bedrock.${aws.region}.amazonaws.com` },
    {
      ...aws.to('bedrock', 'DeleteGuardrail', aws.arn('bedrock', `guardrail/${chance.hex(12)}`)),
      host: `bedrock.${aws.region}.amazonaws.com`,
    },
  ]),
  ways('prompts-no-longer-logged', 'T1562.008', ({ aws }) => [
    {
      ...aws.to('bedrock', 'DeleteModelInvocationLoggingConfiguration', '*'),
      host: `bedrock.${aws.region}.amazonaws.com`,
    },
  ]),
  ways('an-agent-with-other-orders', 'T1565.001', ({ aws, chance }) => {
    const agent = aws.arn('bedrock', `agent/${chance.base32(10)}`);
    return ['UpdateAgent', 'PrepareAgent'].map((operation) => ({
      ...aws.to('bedrock', operation, agent, { out: chance.about(3400, 0.2) }),
      host: `bedrock-agent.${aws.region}.amazonaws.com`,
    }));
  }),
  ways('the-alias-turned-back', 'T1601.002', ({ aws, chance }) => [
    aws.to('lambda', 'ListAliases', aws.arn('lambda', 'function:login')),
    aws.to('lambda', 'UpdateAlias', aws.arn('lambda', `function:${chance.pick(['login', 'checkout', 'payout'])}`)),
  ]),
  ways('every-api-key', 'T1552', ({ aws, chance }) => [
    aws.to('apigateway', 'GetApiKeys', `arn:aws:apigateway:${aws.region}::/apikeys`, {
      action: 'GET',
      in: chance.about(8800, 0.3),
    }),
  ]),
  ways('logs-forwarded-to-a-stranger', 'T1020', ({ aws, chance }) => [
    aws.to(
      'logs',
      'PutSubscriptionFilter',
      aws.arn('logs', `log-group:/aws/lambda/${chance.pick(['login', 'pay'])}:*`),
    ),
  ]),
  ways('a-pipe-laid', 'T1020', ({ aws, chance }) => [
    aws.to('pipes', 'CreatePipe', aws.arn('pipes', `pipe/metrics-${chance.hex(4)}`), { out: chance.about(1500, 0.1) }),
  ]),
  ways('a-domain-given-away', 'T1584.001', ({ aws }) => [
    aws.to('route53domains', 'ListDomains', '*'),
    aws.to('route53domains', 'DisableDomainTransferLock', '*'),
    aws.to('route53domains', 'TransferDomainToAnotherAwsAccount', '*'),
  ]),
  ways('the-sniffer-dismissed', 'T1562.001', ({ aws }) => [
    aws.to('macie2', 'GetMacieSession', '*'),
    aws.to('macie2', 'DisableMacie', '*'),
  ]),
  ways('an-anchor-of-ones-own', 'T1098.001+T1556', ({ aws, chance }) => [
    aws.to('rolesanywhere', 'CreateTrustAnchor', '*', { out: chance.about(2900, 0.05) }),
    aws.to('rolesanywhere', 'CreateProfile', '*'),
  ]),
  ways('a-user-at-the-broker', 'T1136', ({ aws, chance }) => [
    aws.to('mq', 'ListBrokers', '*'),
    aws.to('mq', 'CreateUser', aws.arn('mq', `broker:orders:b-${chance.uuid()}`)),
  ]),
  ways('a-front-page-of-ones-own', 'T1491.002', ({ aws, chance }) => [
    aws.to('amplify', 'ListApps', '*'),
    aws.to('amplify', 'StartDeployment', aws.arn('amplify', `apps/d${chance.base32(12).toLowerCase()}`)),
  ]),
  blatant(
    'a-worker-at-somebody-elses-edge',
    'T1567+T1090',
    to(
      ({ chance }) => `${chance.hex(8)}.${chance.pick(['workers.dev', 'pages.dev', 'vercel.app', 'deno.dev'])}`,
      26_000,
    ),
  ),
  blatant(
    'pushed-to-a-repository',
    'T1567.001',
    to(({ chance }) => chance.pick(['github.com:22', 'codeberg.org:22', 'bitbucket.org:22']), 60_000),
  ),
  blatant(
    'orders-from-a-chain',
    'T1102.001',
    to(({ chance }) => chance.pick(['mainnet.infura.io', 'bsc-dataseed.binance.org', 'api.trongrid.io']), 900),
  ),
  blatant(
    'a-screen-for-somebody-far-away',
    'T1219',
    to(({ chance }) => chance.pick(['relay-4f1b.net.anydesk.com', 'router7.teamviewer.com:5938']), 15_000),
  ),
];
