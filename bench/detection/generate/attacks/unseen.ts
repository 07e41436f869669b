import { ACCOUNT, arnOf, type Invocation, REGION } from '../invocation.ts';
import { again, another, own, ownRead, ownWrite, type SampleAttack } from './attack.ts';

/** Attacks on the functions of `functions/unseen.ts`, written with them before any detector was run on either. */

type Tier = SampleAttack['tier'];

/** `add` says where this invocation offers no way: false. */
const attack = (
  tier: Tier,
  scenario: string,
  add: (at: Invocation, label: { attack: string }, world: Parameters<SampleAttack['add']>[2]) => unknown,
  invocations?: number,
): SampleAttack => ({
  scenario,
  tier,
  half: 'unseen',
  ...(invocations === undefined ? {} : { invocations }),
  add: (at, name, world) => add(at, { attack: name }, world) !== false,
});

const denied = { errorCode: 'AccessDenied', status: 403 };

const blatant: readonly SampleAttack[] = [
  attack('blatant', 'trust-policy-back-door', (at, label) => {
    at.aws('iam', 'ListRoles', ['*'], {}, label);
    at.aws('iam', 'UpdateAssumeRolePolicy', [`arn:aws:iam::${ACCOUNT}:role/ops`], {}, label);
  }),
  attack('blatant', 'roles-anywhere', (at, label) => at.aws('rolesanywhere', 'CreateTrustAnchor', ['*'], {}, label)),
  attack('blatant', 'layer-planted', (at, label) => {
    at.aws('lambda', 'PublishLayerVersion', [arnOf('lambda', 'layer:logging')], { bytesOut: 40_000 }, label);
    at.aws('lambda', 'UpdateFunctionConfiguration', [arnOf('lambda', 'function:checkout')], {}, label);
  }),
  attack('blatant', 'event-selectors-narrowed', (at, label) =>
    at.aws('cloudtrail', 'PutEventSelectors', [arnOf('cloudtrail', 'trail/org')], {}, label),
  ),
  attack('blatant', 'volume-made-public', (at, label) => {
    at.aws('ec2', 'ModifySnapshotAttribute', [arnOf('ec2', 'snapshot/snap-0fedcba9876543210')], {}, label);
  }),
  attack('blatant', 'windows-passwords', (at, label) => {
    for (let i = 0; i < 12; i++)
      at.aws(
        'ec2',
        'GetPasswordData',
        [arnOf('ec2', `instance/i-0${at.random.hex(16)}`)],
        { errorCode: 'UnauthorizedOperation', status: 403 },
        label,
      );
  }),
  attack('blatant', 'key-onto-instance', (at, label) =>
    at.aws('ec2-instance-connect', 'SendSSHPublicKey', [arnOf('ec2', `instance/i-0${at.random.hex(16)}`)], {}, label),
  ),
  attack('blatant', 'all-parameters', (at, label) => {
    at.aws('ssm', 'DescribeParameters', ['*'], {}, label);
    for (let i = 0; i < 5; i++)
      at.aws('ssm', 'GetParameter', [arnOf('ssm', `parameter/prod/${at.random.word()}/password`)], {}, label);
  }),
  attack('blatant', 'lifecycle-deletes-all', (at, label) =>
    at.aws('s3', 'PutBucketLifecycleConfiguration', ['arn:aws:s3:::company-archive'], {}, label),
  ),
  attack('blatant', 'mail-for-phishing', (at, label) => {
    at.aws('ses', 'GetSendQuota', ['*'], {}, label);
    at.aws('ses', 'VerifyEmailIdentity', ['*'], {}, label);
  }),
  attack('blatant', 'session-token-kept', (at, label) =>
    at.aws('sts', 'GetFederationToken', [`arn:aws:sts::${ACCOUNT}:federated-user/x`], {}, label),
  ),
  attack('blatant', 'tunnel-service', (at, label) =>
    at.connect(`${at.random.hex(12)}.ngrok-free.app`, { bytesOut: 30_000 }, label),
  ),
  attack('blatant', 'bot-chat', (at, label) => at.connect('api.telegram.org', { bytesOut: 12_000 }, label)),
  attack('blatant', 'own-account-queue', (at, label) =>
    at.aws(
      'sqs',
      'SendMessage',
      ['arn:aws:sqs:us-west-2:121212121212:in'],
      { accessKeyId: 'AKIAXXEXAMPLE0000001', account: '121212121212', bytesOut: 200_000 },
      label,
    ),
  ),
  attack('blatant', 'who-may-what', (at, label) => {
    at.aws('sts', 'GetCallerIdentity', ['*'], {}, label);
    for (const operation of ['ListAttachedRolePolicies', 'ListRolePolicies', 'GetRole'])
      at.aws('iam', operation, [`arn:aws:iam::${ACCOUNT}:role/own`], denied, label);
  }),
  attack('blatant', 'containers-for-mining', (at, label) => {
    at.aws('ecs', 'RegisterTaskDefinition', ['*'], {}, label);
    at.aws('ecs', 'RunTask', [arnOf('ecs', 'task-definition/x:1')], {}, label);
  }),
];

const onOther = (
  scenario: string,
  operation: RegExp,
  resource: (at: Invocation, arn: string) => string,
  times = 1,
): SampleAttack =>
  attack('resource', scenario, (at, label) => {
    const call = own(at).find(
      (one) => one.service !== null && operation.test(`${one.service}:${one.operation}`) && one.errorCode === null,
    );
    if (call === undefined) return false;
    for (let i = 0; i < times; i++)
      at.aws(
        call.service!,
        call.operation!,
        [resource(at, call.access[0]!.resources[0]!)],
        { region: call.region, accessKeyId: call.accessKeyId, bytesIn: call.bytesIn, bytesOut: call.bytesOut },
        label,
      );
    return true;
  });

const resource: readonly SampleAttack[] = [
  onOther('state-bucket', /^s3:GetObject/, () => 'arn:aws:s3:::infra-state-prod/network/terraform.tfstate'),
  onOther('near-bucket', /^s3:GetObject/, (_, arn) => arn.replace(/^(arn:aws:s3:::[^/]+)/, '$1-backup'), 3),
  onOther('drop-in-near-bucket', /^s3:PutObject$/, (_, arn) => arn.replace(/^(arn:aws:s3:::[^/]+)/, '$1-eu'), 2),
  onOther('folder-of-admins', /^s3:GetObject/, (_, arn) => arn.replace(/^(arn:aws:s3:::[^/]+)\/[^/]+/, '$1/_internal')),
  onOther('key-file', /^s3:GetObject/, (_, arn) => arn.replace(/[^/]+$/, 'id_rsa')),
  onOther('users-table', /^dynamodb:(?:GetItem|Query|BatchGetItem)/, () => arnOf('dynamodb', 'table/iam-users'), 3),
  onOther('near-table', /^dynamodb:(?:PutItem|UpdateItem|TransactWriteItems)/, (_, arn) => `${arn}-config`),
  onOther('other-pool', /^cognito-idp:Admin/, () => arnOf('cognito-idp', 'userpool/us-west-2_ZzZzZzZzZ')),
  onOther('other-worker', /^lambda:Invoke/, () => arnOf('lambda', 'function:payout-release')),
  onOther('other-role', /^sts:AssumeRole/, () => `arn:aws:iam::${ACCOUNT}:role/break-glass`),
  onOther('other-data-key', /^kms:/, (at) => arnOf('kms', `key/${at.random.uuid()}`)),
  onOther('other-machines', /^ec2:(?:Start|Stop)Instances/, () => arnOf('ec2', 'instance/*')),
  onOther('other-index', /^es:ESHttpPost/, () => arnOf('es', 'domain/search-hr/people/_search')),
  onOther('other-bus', /^events:PutEvents/, () => arnOf('events', 'event-bus/payments')),
  onOther('other-workgroup', /^athena:Start/, () => arnOf('athena', 'workgroup/finance')),
  attack('resource', 'host-with-a-digit', (at, label) => {
    const call = own(at).find(({ service, host }) => service === null && /[oil]/.test(host!.split('.').at(-2)!));
    if (call === undefined) return false;
    const labels = call.host!.replace(/:\d+$/, '').split('.');
    labels[labels.length - 2] = labels.at(-2)!.replace(/[oil]/, (c) => ({ o: '0', i: '1', l: '1' })[c]!);
    at.connect(labels.join('.'), { bytesOut: 40_000 }, label);
    return true;
  }),
  attack('resource', 'other-region-copy', (at, label) => {
    const call = own(at).find(
      ({ service, operation }) => service === 'dynamodb' && /^(?:Put|Update|TransactW)/.test(operation!),
    );
    if (call === undefined) return false;
    at.aws(
      'dynamodb',
      call.operation!,
      call.access[0]!.resources.map((arn) => arn.replace(REGION, 'af-south-1')),
      { region: 'af-south-1', accessKeyId: call.accessKeyId },
      label,
    );
    return true;
  }),
];

const many = (
  scenario: string,
  operation: RegExp,
  from: number,
  to: number,
  given: (at: Invocation) => object = () => ({}),
) =>
  attack('volume', scenario, (at, label) => {
    const call = own(at).find(
      (one) => one.service !== null && operation.test(`${one.service}:${one.operation}`) && one.errorCode === null,
    );
    if (call === undefined) return false;
    for (let i = at.random.int(from, to); i > 0; i--) again(at, call, label.attack, given(at));
    return true;
  });

const volume: readonly SampleAttack[] = [
  many('table-page-by-page', /^dynamodb:(?:Query|BatchGetItem)/, 8, 20, (at) => ({
    bytesIn: at.random.int(800_000, 1_048_576),
  })),
  many('keys-one-by-one', /^dynamodb:GetItem/, 60, 200),
  many('objects-one-by-one', /^s3:GetObject/, 70, 150),
  many('users-one-by-one', /^cognito-idp:AdminGetUser/, 50, 120),
  many('mails-to-all', /^ses:Send/, 150, 400),
  many('events-flood', /^(?:events:Put|sns:Publish|lambda:Invoke)/, 80, 200),
  many('deletes-them-all', /:Delete/, 60, 150),
  many('fat-object', /^s3:PutObject$/, 1, 1, (at) => ({ bytesOut: at.random.int(400_000_000, 900_000_000) })),
  attack('volume', 'fat-post', (at, label) => {
    const call = own(at).find(({ service }) => service === null);
    if (call === undefined) return false;
    again(at, call, label.attack, { bytesOut: at.random.int(1_000_000, 8_000_000) });
    return true;
  }),
];

const mimic: readonly SampleAttack[] = [
  attack(
    'mimic',
    'each-read-twice',
    (at, label) => {
      const call = ownRead(at);
      if (call === undefined) return false;
      const { service, operation, access, region, account, accessKeyId, bytesIn, bytesOut, items } = call;
      at.aws(
        service!,
        operation!,
        access[0]!.resources,
        { region, account, accessKeyId, bytesIn, bytesOut, items },
        label,
      );
      return true;
    },
    40,
  ),
  attack(
    'mimic',
    'each-write-twice',
    (at, label) => {
      const call = ownWrite(at);
      if (call === undefined) return false;
      again(at, call, label.attack);
      return true;
    },
    40,
  ),
  attack(
    'mimic',
    'half-as-much-again',
    (at, label) => {
      const i = at.made.findIndex(
        ({ call, attack: taken }) =>
          taken === null &&
          call.errorCode === null &&
          /^(?:PutObject|PutItem|CONNECT|SendMessage)$/.test(call.operation ?? ''),
      );
      if (i < 0) return false;
      const one = at.made[i]!;
      at.made[i] = {
        ...one,
        call: { ...one.call, bytesOut: Math.round((one.call.bytesOut ?? 500) * 1.9) + 600 },
        attack: label.attack,
      };
      return true;
    },
    45,
  ),
  attack(
    'mimic',
    'neighbour-too',
    (at, label, world) => {
      const call = own(at).find(({ access }) => /tenancy-files|user-pictures/.test(access[0]?.resources[0] ?? ''));
      if (call === undefined) return false;
      const arn = call.access[0]!.resources[0]!;
      for (const all of [world.ids, world.numbers]) {
        const name = all.find((one) => arn.includes(`/${one.name}/`))?.name;
        const other = all.find((one) => one.from === 0 && one.name !== name)?.name;
        if (name === undefined || other === undefined) continue;
        again(
          at,
          {
            ...call,
            access: [{ action: call.access[0]!.action, resources: [another(at.random, arn.replace(name, other))] }],
          },
          label.attack,
        );
        return true;
      }
      return false;
    },
    5,
  ),
  attack('mimic', 'backwards', (at, label) => {
    const calls = own(at).filter(({ service, errorCode }) => service !== null && errorCode === null);
    const kinds = [...new Map(calls.map((call) => [call.operation, call])).values()].reverse();
    if (kinds.length < 3) return false;
    for (const call of kinds) again(at, call, label.attack);
    return true;
  }),
  attack(
    'mimic',
    'guessed-names',
    (at, label) => {
      const call = own(at).find(({ operation }) => operation === 'GetObject' || operation === 'GetItem');
      if (call === undefined) return false;
      for (let i = 0; i < 4; i++) again(at, call, label.attack, { ...denied, bytesIn: 280 });
      return true;
    },
    3,
  ),
  attack('mimic', 'report-to-known-host', (at, label) => {
    const call = own(at).find(({ service }) => service === null);
    if (call === undefined) return false;
    for (let i = 0; i < 5; i++) again(at, call, label.attack, { bytesOut: at.random.int(3_000, 9_000) });
    return true;
  }),
];

export const unseenAttacks: readonly SampleAttack[] = [...blatant, ...resource, ...volume, ...mimic];
