import { describe, expect, it } from 'vitest';
import { FORM, type Header, head, json, nameOf, needs, signed } from '../sign.ts';

const A = '111122223333';
const R = `us-east-1:${A}`;

const rpc = (service: string, target: string, body: unknown, version = '1.1') =>
  nameOf(
    head('POST', `https://${service}.us-east-1.amazonaws.com/`, [signed(service), ...json(target, version)]),
    JSON.stringify(body),
  );
const rest = (
  service: string,
  method: string,
  path: string,
  body = '',
  headers: readonly Header[] = [],
  host = service,
) => nameOf(head(method, `https://${host}.us-east-1.amazonaws.com${path}`, [signed(service), ...headers]), body);
const form = (service: string, body: string) =>
  nameOf(head('POST', `https://${service}.us-east-1.amazonaws.com/`, [signed(service), FORM]), body);

const dynamodb = (operation: string, body: unknown) => rpc('dynamodb', `DynamoDB_20120810.${operation}`, body, '1.0');
const table = (name: string) => `arn:aws:dynamodb:${R}:table/${name}`;

describe('what is known of a partition key', () => {
  const S = (value: string) => ({ S: value });
  const query = (KeyConditionExpression: string, values: object, more: object = {}) => ({
    TableName: 'T',
    KeyConditionExpression,
    ExpressionAttributeValues: values,
    ...more,
  });
  it.each<[string, unknown, string | null]>([
    ['GetItem', { TableName: 'T', Key: { pk: S('USER#4711') } }, 'USER#'],
    ['UpdateItem', { TableName: 'T', Key: { pk: S('ORDER_LINE#7') } }, 'ORDER_LINE#'],
    ['DeleteItem', { TableName: 'T', Key: { pk: S('SESSION#eu#7') } }, 'SESSION#'],
    ['Query', query('#p = :p AND begins_with(sk, :s)', { ':p': S('USER#4711'), ':s': S('ORDER#') }), 'USER#'],
    ['Query', query('sk >= :s and (pk=:p)', { ':p': S('TENANT#a'), ':s': S('X#1') }), 'TENANT#'],
    // Data of the function's users
    ['GetItem', { TableName: 'T', Key: { pk: S('alice@example.com') } }, null],
    ['GetItem', { TableName: 'T', Key: { pk: S('alice') } }, null],
    ['GetItem', { TableName: 'T', Key: { pk: S('alice#4711') } }, null],
    ['GetItem', { TableName: 'T', Key: { pk: S('CONFIG') } }, null],
    ['GetItem', { TableName: 'T', Key: { pk: S('DE12#4711') } }, null],
    ['GetItem', { TableName: 'T', Key: { pk: S('4f1c0d1e-0000-4000-8000-000000000000') } }, null],
    ['GetItem', { TableName: 'T', Key: { pk: { N: '7' } } }, null],
    // Which of two it is the request does not say
    ['GetItem', { TableName: 'T', Key: { pk: S('USER#1'), sk: S('PROFILE') } }, null],
    ['Query', query('pk = :p AND sk = :s', { ':p': S('USER#1'), ':s': S('PROFILE') }), null],
    ['Query', query('pk = :p', { ':p': S('USER#1') }, { IndexName: 'I' }), null],
    ['Query', query('pk = :p', {}), null],
    ['Query', { TableName: 'T' }, null],
    ['PutItem', { TableName: 'T', Item: { pk: S('USER#1') } }, null],
  ])('%s %j: %s', (operation, body, expected) => {
    const named = dynamodb(operation, body);
    expect(named.prefix).toBe(expected);
    expect(named.access).toEqual([
      { action: `dynamodb:${operation}`, resources: [expect.stringContaining('table/T')] },
    ]);
  });
});

describe('DynamoDB', () => {
  it.each<[string, unknown, string[], number?]>([
    ['Query', { TableName: 'T' }, [`dynamodb:Query ${table('T')}`]],
    ['Query', { TableName: 'T', IndexName: 'I' }, [`dynamodb:Query ${table('T')}/index/I`]],
    ['Scan', { TableName: table('T') }, [`dynamodb:Scan ${table('T')}`]],
    [
      'BatchGetItem',
      { RequestItems: { T: { Keys: [{}, {}] }, U: { Keys: [{}] } } },
      [`dynamodb:BatchGetItem ${table('T')}`, `dynamodb:BatchGetItem ${table('U')}`],
      3,
    ],
    [
      'BatchWriteItem',
      { RequestItems: { T: [{ PutRequest: {} }, { DeleteRequest: {} }] } },
      [`dynamodb:BatchWriteItem ${table('T')}`],
      2,
    ],
    [
      'TransactGetItems',
      { TransactItems: [{ Get: { TableName: 'T' } }, { Get: { TableName: 'U' } }] },
      [`dynamodb:GetItem ${table('T')}`, `dynamodb:GetItem ${table('U')}`],
      2,
    ],
    [
      'TransactWriteItems',
      {
        TransactItems: [
          { Put: { TableName: 'T' } },
          { Update: { TableName: 'U' } },
          { Delete: { TableName: 'T' } },
          { ConditionCheck: { TableName: 'V' } },
        ],
      },
      [
        `dynamodb:PutItem ${table('T')}`,
        `dynamodb:UpdateItem ${table('U')}`,
        `dynamodb:DeleteItem ${table('T')}`,
        `dynamodb:ConditionCheckItem ${table('V')}`,
      ],
      4,
    ],
    [
      'ExecuteStatement',
      { Statement: 'select "a" from "T"."I" where x = \'from U\'' },
      [`dynamodb:PartiQLSelect ${table('T')}/index/I`],
    ],
    ['ExecuteStatement', { Statement: "INSERT INTO T VALUE {'a': 1}" }, [`dynamodb:PartiQLInsert ${table('T')}`]],
    [
      'ExecuteStatement',
      { Statement: 'UPDATE "my-table" SET a = 1 WHERE b = 2' },
      [`dynamodb:PartiQLUpdate ${table('my-table')}`],
    ],
    [
      'ExecuteStatement',
      { Statement: `DELETE FROM "${table('T')}" WHERE a = 1` },
      [`dynamodb:PartiQLDelete ${table('T')}`],
    ],
    [
      'BatchExecuteStatement',
      { Statements: [{ Statement: 'SELECT * FROM T' }, { Statement: 'DELETE FROM U WHERE a=1' }] },
      [`dynamodb:PartiQLSelect ${table('T')}`, `dynamodb:PartiQLDelete ${table('U')}`],
      2,
    ],
    [
      'ExecuteTransaction',
      {
        TransactStatements: [{ Statement: 'EXISTS(SELECT * FROM "T" WHERE a = 1)' }, { Statement: 'UPDATE U SET a=1' }],
      },
      [`dynamodb:PartiQLSelect ${table('T')}`, `dynamodb:PartiQLUpdate ${table('U')}`],
      2,
    ],
    [
      'RestoreTableToPointInTime',
      { SourceTableName: 'T', TargetTableName: 'U' },
      [`dynamodb:RestoreTableToPointInTime ${table('T')}`, `dynamodb:RestoreTableToPointInTime ${table('U')}`],
    ],
  ])('%s %j', (operation, body, expected, items = 1) => {
    const named = dynamodb(operation, body);
    expect(needs(named)).toEqual(expected);
    expect(named.items).toBe(items);
  });

  it.each([
    'SELECT * FROM T, U',
    'SELECT * FROM T JOIN U',
    'SELECT * FROM T; DELETE FROM U',
    'SELECT * FROM (SELECT * FROM U)',
    'SELECT * FROM T -- x',
    'DROP TABLE T',
    '',
    "SELECT 'a",
    'SELECT * FROM T WHERE EXISTS (SELECT * FROM U)',
  ])('needs all that a statement could be where it cannot be read: %j', (Statement) => {
    expect(needs(dynamodb('ExecuteStatement', { Statement }))).toEqual(
      ['Select', 'Insert', 'Update', 'Delete'].map((kind) => `dynamodb:PartiQL${kind} ${table('*')}`),
    );
  });
});

describe('S3', () => {
  const s3 = (method: string, path: string, headers: readonly Header[] = [], body = '') =>
    rest('s3', method, path, body, headers, 'b.s3');
  it.each<[string, string, Header[], string[]]>([
    ['GET', '/k?versionId=1', [], ['s3:GetObjectVersion arn:aws:s3:::b/k']],
    ['HEAD', '/k', [], ['s3:GetObject arn:aws:s3:::b/k']],
    ['GET', '/k?attributes', [], ['s3:GetObject arn:aws:s3:::b/k', 's3:GetObjectAttributes arn:aws:s3:::b/k']],
    ['DELETE', '/k?versionId=1', [], ['s3:DeleteObjectVersion arn:aws:s3:::b/k']],
    [
      'PUT',
      '/k',
      [
        ['x-amz-acl', 'public-read'],
        ['x-amz-tagging', 'a=b'],
      ],
      ['s3:PutObject arn:aws:s3:::b/k', 's3:PutObjectAcl arn:aws:s3:::b/k', 's3:PutObjectTagging arn:aws:s3:::b/k'],
    ],
    [
      'PUT',
      '/k',
      [['x-amz-copy-source', '/src/a%2Fb%20c?versionId=1']],
      ['s3:GetObjectVersion arn:aws:s3:::src/a/b c', 's3:PutObject arn:aws:s3:::b/k'],
    ],
    [
      'PUT',
      '/k',
      [['x-amz-copy-source', 'arn:aws:s3:us-east-1:1:accesspoint/ap/object/k']],
      ['s3:GetObject arn:aws:s3:us-east-1:1:accesspoint/ap/object/k', 's3:PutObject arn:aws:s3:::b/k'],
    ],
    [
      'PUT',
      '/k?partNumber=1&uploadId=u',
      [['x-amz-copy-source', 'src/k']],
      ['s3:GetObject arn:aws:s3:::src/k', 's3:PutObject arn:aws:s3:::b/k'],
    ],
    ['PUT', '/k?partNumber=1&uploadId=u', [], ['s3:PutObject arn:aws:s3:::b/k']],
    ['POST', '/k?uploads', [], ['s3:PutObject arn:aws:s3:::b/k']],
    ['POST', '/k?uploadId=u', [], ['s3:PutObject arn:aws:s3:::b/k']],
    ['DELETE', '/k?uploadId=u', [], ['s3:AbortMultipartUpload arn:aws:s3:::b/k']],
    ['GET', '/k?uploadId=u', [], ['s3:ListMultipartUploadParts arn:aws:s3:::b/k']],
    ['GET', '/?uploads', [], ['s3:ListBucketMultipartUploads arn:aws:s3:::b']],
    ['GET', '/?versions', [], ['s3:ListBucketVersions arn:aws:s3:::b']],
    ['GET', '/?encryption', [], ['s3:GetEncryptionConfiguration arn:aws:s3:::b']],
    ['DELETE', '/?lifecycle', [], ['s3:PutLifecycleConfiguration arn:aws:s3:::b']],
    ['GET', '/?analytics&id=1', [], ['s3:GetAnalyticsConfiguration arn:aws:s3:::b']],
    ['HEAD', '/', [], ['s3:ListBucket arn:aws:s3:::b']],
    [
      'PUT',
      '/',
      [['x-amz-object-ownership', 'ObjectWriter']],
      ['s3:CreateBucket arn:aws:s3:::b', 's3:PutBucketOwnershipControls arn:aws:s3:::b'],
    ],
  ])('%s %s %j', (method, path, headers, expected) => {
    expect(needs(s3(method, path, headers))).toEqual(expected);
  });

  it('tells the prefix of a list', () => {
    expect(s3('GET', '/?list-type=2&prefix=in%2F2025').prefix).toBe('in/2025');
  });

  it('needs to pass the role that replication works with', () => {
    const body = '<ReplicationConfiguration><Role>arn:aws:iam::1:role/r</Role><Rule/></ReplicationConfiguration>';
    expect(needs(s3('PUT', '/?replication', [], body))).toEqual([
      's3:PutReplicationConfiguration arn:aws:s3:::b',
      'iam:PassRole arn:aws:iam::1:role/r',
    ]);
  });

  it('lists buckets of no name', () => {
    expect(needs(rest('s3', 'GET', '/'))).toEqual(['s3:ListAllMyBuckets *']);
  });
});

describe('keys, secrets and parameters', () => {
  const kms = (operation: string, body: unknown) => rpc('kms', `TrentService.${operation}`, body);
  it.each<[string, unknown, string[]]>([
    ['Decrypt', { CiphertextBlob: 'x' }, [`kms:Decrypt arn:aws:kms:${R}:key/*`]],
    ['Decrypt', { KeyId: 'alias/a' }, [`kms:Decrypt arn:aws:kms:${R}:key/*`]],
    ['Decrypt', { KeyId: 'arn:aws:kms:eu-west-1:2:alias/a' }, ['kms:Decrypt arn:aws:kms:eu-west-1:2:key/*']],
    ['Decrypt', { KeyId: 'arn:aws:kms:eu-west-1:2:key/k' }, ['kms:Decrypt arn:aws:kms:eu-west-1:2:key/k']],
    [
      'ReEncrypt',
      { DestinationKeyId: 'k' },
      [`kms:ReEncryptFrom arn:aws:kms:${R}:key/*`, `kms:ReEncryptTo arn:aws:kms:${R}:key/k`],
    ],
    [
      'CreateAlias',
      { AliasName: 'alias/a', TargetKeyId: 'k' },
      [`kms:CreateAlias arn:aws:kms:${R}:alias/a`, `kms:CreateAlias arn:aws:kms:${R}:key/k`],
    ],
    ['GenerateRandom', {}, ['kms:GenerateRandom *']],
  ])('KMS %s %j', (operation, body, expected) => expect(needs(kms(operation, body))).toEqual(expected));

  const secret = (operation: string, body: unknown) => rpc('secretsmanager', `secretsmanager.${operation}`, body);
  it.each<[string, unknown, string[]]>([
    [
      'GetSecretValue',
      { SecretId: 'db/pw' },
      [`secretsmanager:GetSecretValue arn:aws:secretsmanager:${R}:secret:db/pw-*`],
    ],
    [
      'GetSecretValue',
      { SecretId: `arn:aws:secretsmanager:${R}:secret:db/pw-a1B2c3` },
      [`secretsmanager:GetSecretValue arn:aws:secretsmanager:${R}:secret:db/pw-a1B2c3`],
    ],
    [
      'GetSecretValue',
      { SecretId: `arn:aws:secretsmanager:${R}:secret:db/pw` },
      [`secretsmanager:GetSecretValue arn:aws:secretsmanager:${R}:secret:db/pw-*`],
    ],
    [
      'BatchGetSecretValue',
      { SecretIdList: ['a', 'b'] },
      [
        'secretsmanager:BatchGetSecretValue *',
        `secretsmanager:GetSecretValue arn:aws:secretsmanager:${R}:secret:a-*`,
        `secretsmanager:GetSecretValue arn:aws:secretsmanager:${R}:secret:b-*`,
      ],
    ],
  ])('Secrets Manager %s %j', (operation, body, expected) => expect(needs(secret(operation, body))).toEqual(expected));

  const ssm = (operation: string, body: unknown) => rpc('ssm', `AmazonSSM.${operation}`, body);
  it.each<[string, unknown, string[]]>([
    ['GetParameter', { Name: '/a/b' }, [`ssm:GetParameter arn:aws:ssm:${R}:parameter/a/b`]],
    ['GetParameter', { Name: 'a:3' }, [`ssm:GetParameter arn:aws:ssm:${R}:parameter/a`]],
    [
      'GetParameters',
      { Names: ['a', '/b'] },
      [`ssm:GetParameters arn:aws:ssm:${R}:parameter/a`, `ssm:GetParameters arn:aws:ssm:${R}:parameter/b`],
    ],
    ['GetParametersByPath', { Path: '/app' }, [`ssm:GetParametersByPath arn:aws:ssm:${R}:parameter/app`]],
    [
      'SendCommand',
      { DocumentName: 'D', InstanceIds: ['i-1', 'mi-2'] },
      [
        `ssm:SendCommand arn:aws:ssm:${R}:document/D`,
        `ssm:SendCommand arn:aws:ec2:${R}:instance/i-1`,
        `ssm:SendCommand arn:aws:ssm:${R}:managed-instance/mi-2`,
      ],
    ],
    [
      'AddTagsToResource',
      { ResourceType: 'Parameter', ResourceId: '/a' },
      [`ssm:AddTagsToResource arn:aws:ssm:${R}:parameter/a`],
    ],
  ])('SSM %s %j', (operation, body, expected) => expect(needs(ssm(operation, body))).toEqual(expected));
});

describe('messages and events', () => {
  it('SQS batches need the action of one message, once', () => {
    const named = rpc(
      'sqs',
      'AmazonSQS.DeleteMessageBatch',
      { QueueUrl: `https://sqs.us-east-1.amazonaws.com/${A}/q`, Entries: [{}, {}, {}] },
      '1.0',
    );
    expect(needs(named)).toEqual([`sqs:DeleteMessage arn:aws:sqs:${R}:q`]);
    expect(named.items).toBe(3);
    const asForm = form(
      'sqs',
      `Action=DeleteMessageBatch&Version=2012-11-05&QueueUrl=https%3A%2F%2Fx%2F${A}%2Fq&DeleteMessageBatchRequestEntry.1.Id=a&DeleteMessageBatchRequestEntry.2.Id=b`,
    );
    expect(asForm.items).toBe(2);
  });

  it('SQS queues may be named by the path alone', () => {
    const request = head('POST', `https://sqs.us-east-1.amazonaws.com/${A}/q`, [signed('sqs'), FORM]);
    expect(needs(nameOf(request, 'Action=ReceiveMessage&Version=2012-11-05'))).toEqual([
      `sqs:ReceiveMessage arn:aws:sqs:${R}:q`,
    ]);
  });

  it('SNS messages to a phone are on no resource', () => {
    expect(needs(form('sns', 'Action=Publish&Version=2010-03-31&PhoneNumber=%2B49'))).toEqual(['sns:Publish *']);
    const batch = form(
      'sns',
      `Action=PublishBatch&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3A${R.replace(':', '%3A')}%3At&PublishBatchRequestEntries.member.1.Id=a&PublishBatchRequestEntries.member.2.Id=b`,
    );
    expect(needs(batch)).toEqual([`sns:Publish arn:aws:sns:${R}:t`]);
    expect(batch.items).toBe(2);
  });

  const events = (operation: string, body: unknown) => rpc('events', `AWSEvents.${operation}`, body);
  it.each<[string, unknown, string[]]>([
    [
      'PutEvents',
      { Entries: [{ EventBusName: 'b' }, {}] },
      [`events:PutEvents arn:aws:events:${R}:event-bus/b`, `events:PutEvents arn:aws:events:${R}:event-bus/default`],
    ],
    ['PutRule', { Name: 'r' }, [`events:PutRule arn:aws:events:${R}:rule/r`]],
    ['PutRule', { Name: 'r', EventBusName: 'b' }, [`events:PutRule arn:aws:events:${R}:rule/b/r`]],
    [
      'PutTargets',
      { Rule: 'r', Targets: [{ RoleArn: 'arn:aws:iam::1:role/r' }] },
      [`events:PutTargets arn:aws:events:${R}:rule/r`, 'iam:PassRole arn:aws:iam::1:role/r'],
    ],
  ])('EventBridge %s %j', (operation, body, expected) => expect(needs(events(operation, body))).toEqual(expected));

  it('SES sends as the identity of the address, to as many as there are', () => {
    const body = {
      FromEmailAddress: 'Shop <shop@example.com>',
      Destination: { ToAddresses: ['a', 'b'], CcAddresses: ['c'] },
      ConfigurationSetName: 's',
    };
    const named = rest('ses', 'POST', '/v2/email/outbound-emails', JSON.stringify(body), [], 'email');
    expect(needs(named)).toEqual([
      `ses:SendEmail arn:aws:ses:${R}:identity/shop@example.com`,
      `ses:SendEmail arn:aws:ses:${R}:configuration-set/s`,
    ]);
    expect(named.items).toBe(3);
  });

  it('schedules are in the group default where none is named', () => {
    expect(needs(rest('scheduler', 'POST', '/schedules/s', '{"Target":{"RoleArn":"arn:aws:iam::1:role/r"}}'))).toEqual([
      `scheduler:CreateSchedule arn:aws:scheduler:${R}:schedule/default/s`,
      'iam:PassRole arn:aws:iam::1:role/r',
    ]);
    expect(needs(rest('scheduler', 'GET', '/schedules/s?groupName=g'))).toEqual([
      `scheduler:GetSchedule arn:aws:scheduler:${R}:schedule/g/s`,
    ]);
  });
});

describe('functions and containers', () => {
  it.each([
    ['f', 'f'],
    ['f:live', 'f:live'],
    ['f?Qualifier=2', 'f:2'],
    [`${A}%3Afunction%3Af`, 'f'],
    [`arn%3Aaws%3Alambda%3Aus-east-1%3A${A}%3Afunction%3Af%3Alive`, 'f:live'],
  ])('Lambda %s', (id, name) => {
    const [path, query] = id.split('?');
    const named = rest(
      'lambda',
      'POST',
      `/2015-03-31/functions/${path}/invocations${query === undefined ? '' : `?${query}`}`,
    );
    expect(needs(named)).toEqual([`lambda:InvokeFunction arn:aws:lambda:${R}:function:${name}`]);
  });

  it('Lambda layers by name and version', () => {
    expect(needs(rest('lambda', 'GET', '/2018-10-31/layers/l/versions/3'))).toEqual([
      `lambda:GetLayerVersion arn:aws:lambda:${R}:layer:l:3`,
    ]);
  });

  const ecs = (operation: string, body: unknown) => rpc('ecs', `AmazonEC2ContainerServiceV20141113.${operation}`, body);
  it.each<[string, unknown, string[]]>([
    [
      'RunTask',
      { taskDefinition: 'f', overrides: { taskRoleArn: 'arn:aws:iam::1:role/r' } },
      [`ecs:RunTask arn:aws:ecs:${R}:task-definition/f:*`, 'iam:PassRole arn:aws:iam::1:role/r'],
    ],
    ['RunTask', { taskDefinition: 'f:3' }, [`ecs:RunTask arn:aws:ecs:${R}:task-definition/f:3`]],
    ['StopTask', { task: 't' }, [`ecs:StopTask arn:aws:ecs:${R}:task/default/t`]],
    ['StopTask', { cluster: `arn:aws:ecs:${R}:cluster/c`, task: 't' }, [`ecs:StopTask arn:aws:ecs:${R}:task/c/t`]],
    ['UpdateService', { cluster: 'c', service: 's' }, [`ecs:UpdateService arn:aws:ecs:${R}:service/c/s`]],
    ['UpdateService', { service: `arn:aws:ecs:${R}:service/c/s` }, [`ecs:UpdateService arn:aws:ecs:${R}:service/c/s`]],
  ])('ECS %s %j', (operation, body, expected) => expect(needs(ecs(operation, body))).toEqual(expected));
});

describe("customers' own APIs", () => {
  it.each([
    [
      'execute-api',
      'GET',
      'https://a1b2.execute-api.us-east-1.amazonaws.com/prod/orders/1',
      `execute-api:Invoke arn:aws:execute-api:${R}:a1b2/prod/GET/orders/1`,
    ],
    [
      'execute-api',
      'POST',
      'https://a1b2.execute-api.us-east-1.amazonaws.com/prod/@connections/c%3D',
      `execute-api:ManageConnections arn:aws:execute-api:${R}:a1b2/prod/POST/@connections/c=`,
    ],
    [
      'es',
      'POST',
      'https://search-logs-abcdefghijklmnopqrstuvwxyz.us-east-1.es.amazonaws.com/i/_search',
      `es:ESHttpPost arn:aws:es:${R}:domain/logs/i/_search`,
    ],
    [
      'aoss',
      'PUT',
      'https://a1b2.us-east-1.aoss.amazonaws.com/i/_doc/1',
      `aoss:APIAccessAll arn:aws:aoss:${R}:collection/a1b2`,
    ],
    [
      'appsync',
      'POST',
      'https://a1b2.appsync-api.us-east-1.amazonaws.com/graphql',
      `appsync:GraphQL arn:aws:appsync:${R}:apis/*`,
    ],
  ])('%s %s %s', (service, method, url, expected) => {
    expect(needs(nameOf(head(method, url, [signed(service)])))).toEqual([expected]);
  });
});
