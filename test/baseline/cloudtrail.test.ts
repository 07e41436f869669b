import { describe, expect, it } from 'vitest';
import { CloudTrailEvents, callsFromCloudTrail } from '../../baseline/cloudtrail.ts';
import { createLearner } from '../../baseline/learn/learner.ts';

const ACCOUNT = '111122223333';

/** As CloudTrail writes the call of a function's role session. */
const event = (given: Record<string, unknown> = {}) => ({
  eventVersion: '1.09',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:resize',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/resize-role/resize`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIAEXAMPLE',
    sessionContext: { sessionIssuer: { type: 'Role', userName: 'resize-role' } },
  },
  eventTime: '2026-03-02T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'eu-west-1',
  sourceIPAddress: '203.0.113.7',
  requestParameters: { bucketName: 'photos', Host: 'photos.s3.eu-west-1.amazonaws.com', key: 'uploads/a b.jpg' },
  responseElements: null,
  additionalEventData: { bytesTransferredIn: 0, bytesTransferredOut: 20_480 },
  eventID: '5e8f1b1a-0000-4000-8000-000000000001',
  eventType: 'AwsApiCall',
  managementEvent: false,
  eventCategory: 'Data',
  recipientAccountId: ACCOUNT,
  ...given,
});

const asked = (
  eventSource: string,
  eventName: string,
  requestParameters: unknown,
  more: Record<string, unknown> = {},
) =>
  callsFromCloudTrail(event({ eventSource, eventName, requestParameters, additionalEventData: undefined, ...more }))
    ?.access;

describe('an event of a function’s role session', () => {
  it('was answered where it says of no error, also with nothing: an upload is learned as one', () => {
    const learner = createLearner();
    learner.observe(
      callsFromCloudTrail(
        event({ eventName: 'PutObject', additionalEventData: { bytesTransferredIn: 900, bytesTransferredOut: 0 } }),
      )!,
    );
    const { resources, fruitless } = learner.document().functions.resize!.actions['s3:PutObject']!;
    expect(Object.keys(resources)).toEqual(['arn:aws:s3:::photos/uploads/a b.jpg']);
    expect(fruitless).toBeUndefined();
  });

  it('becomes a Call record', () => {
    expect(callsFromCloudTrail(event())).toMatchObject({
      id: '5e8f1b1a-0000-4000-8000-000000000001',
      time: '2026-03-02T10:00:00.000Z',
      function: 'resize',
      service: 's3',
      operation: 'GetObject',
      certainty: 'exact',
      access: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::photos/uploads/a b.jpg'] }],
      region: 'eu-west-1',
      account: ACCOUNT,
      accessKeyId: 'ASIAEXAMPLE',
      ownAccessKeyId: 'ASIAEXAMPLE',
      host: 'photos.s3.eu-west-1.amazonaws.com',
      bytesOut: 0,
      bytesIn: 20_480,
      errorCode: null,
    });
  });

  it('is the function’s that its credentials were issued to, whatever the session is named', () => {
    const identity = event().userIdentity;
    const credentialsIssuedTo = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:resize:7`;
    const inScopeOf = { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo };
    expect(callsFromCloudTrail(event({ userIdentity: { ...identity, inScopeOf } }))?.function).toBe(
      `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:resize`,
    );
  });

  it('keeps its error and its prefix, also where an older log wraps it in a list', () => {
    const denied = callsFromCloudTrail(
      event({
        errorCode: 'AccessDenied',
        eventName: 'ListObjects',
        requestParameters: { bucketName: 'photos', prefix: ['uploads/'] },
      }),
    );
    expect(denied).toMatchObject({ errorCode: 'AccessDenied', prefix: 'uploads/' });
    expect(denied?.access).toEqual([{ action: 's3:ListBucket', resources: ['arn:aws:s3:::photos'] }]);
  });

  it('remembers the key that an AssumeRole handed out, never the secret', () => {
    const call = callsFromCloudTrail(
      event({
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRole',
        requestParameters: { roleArn: 'arn:aws:iam::444455556666:role/reader', roleSessionName: 's' },
        responseElements: { credentials: { accessKeyId: 'ASIAOTHER', sessionToken: 'SECRET-TOKEN', expiration: 'x' } },
        resources: [
          { ARN: 'arn:aws:iam::444455556666:role/reader', accountId: '444455556666', type: 'AWS::IAM::Role' },
        ],
      }),
    );
    expect(call).toMatchObject({ issuedAccessKeyId: 'ASIAOTHER' });
    expect(call?.access).toEqual([{ action: 'sts:AssumeRole', resources: ['arn:aws:iam::444455556666:role/reader'] }]);
    expect(JSON.stringify(call)).not.toContain('SECRET');
  });
});

describe('actions and resources are named as IAM names them', () => {
  it.each([
    ['lambda.amazonaws.com', 'ListFunctions20150331', null, [{ action: 'lambda:ListFunctions', resources: ['*'] }]],
    [
      'lambda.amazonaws.com',
      'UpdateFunctionCode20150331v2',
      { functionName: 'billing' },
      [{ action: 'lambda:UpdateFunctionCode', resources: [`arn:aws:lambda:eu-west-1:${ACCOUNT}:function:billing`] }],
    ],
    [
      'cloudfront.amazonaws.com',
      'UpdateDistribution2020_05_31',
      null,
      [{ action: 'cloudfront:UpdateDistribution', resources: ['*'] }],
    ],
    [
      'dynamodb.amazonaws.com',
      'GetItem',
      { tableName: 'orders', key: { id: '1' } },
      [{ action: 'dynamodb:GetItem', resources: [`arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/orders`] }],
    ],
    [
      'secretsmanager.amazonaws.com',
      'GetSecretValue',
      { secretId: 'prod/db' },
      [
        {
          action: 'secretsmanager:GetSecretValue',
          resources: [`arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:prod/db-*`],
        },
      ],
    ],
    ['monitoring.amazonaws.com', 'PutMetricData', {}, [{ action: 'cloudwatch:PutMetricData', resources: ['*'] }]],
    ['email.amazonaws.com', 'GetSendQuota', null, [{ action: 'ses:GetSendQuota', resources: ['*'] }]],
    [
      's3.amazonaws.com',
      'ListBuckets',
      { Host: 's3.amazonaws.com' },
      [{ action: 's3:ListAllMyBuckets', resources: ['*'] }],
    ],
    [
      's3.amazonaws.com',
      'CopyObject',
      { bucketName: 'to', key: 'b', 'x-amz-copy-source': '/from/a%20b?versionId=1' },
      [
        { action: 's3:GetObject', resources: ['arn:aws:s3:::from/a b'] },
        { action: 's3:PutObject', resources: ['arn:aws:s3:::to/b'] },
      ],
    ],
  ])('%s %s', (source, name, parameters, expected) => {
    expect(asked(source, name, parameters)).toEqual(expected);
  });

  it('in other partitions too', () => {
    expect(asked('s3.amazonaws.com', 'GetObject', { bucketName: 'b', key: 'k' }, { awsRegion: 'cn-north-1' })).toEqual([
      { action: 's3:GetObject', resources: ['arn:aws-cn:s3:::b/k'] },
    ]);
  });
});

describe('what is no call of a function is left out', () => {
  const identity = event().userIdentity;
  it.each([
    ['a user', { userIdentity: { type: 'IAMUser', userName: 'bob', arn: `arn:aws:iam::${ACCOUNT}:user/bob` } }],
    ['a service', { userIdentity: { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' } }],
    ['a service on the role’s behalf', { userIdentity: { ...identity, invokedBy: 'dynamodb.amazonaws.com' } }],
    [
      'an instance',
      { userIdentity: { ...identity, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/i-0123456789abcdef0` } },
    ],
    [
      'a person’s session',
      { userIdentity: { ...identity, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/bob@example.com` } },
    ],
    ['a service event', { eventType: 'AwsServiceEvent' }],
    ['an insight', { eventType: 'AwsCloudTrailInsight' }],
    ['an event without a time', { eventTime: 'yesterday' }],
  ])('%s', (_, given) => {
    expect(callsFromCloudTrail(event(given))).toBeNull();
  });

  it.each([null, 7, 'text', [], {}, { userIdentity: null }, { userIdentity: [] }])('%j', (value) => {
    expect(callsFromCloudTrail(value)).toBeNull();
  });
});

describe('one reading of several logs', () => {
  it('takes an event once, though two trails recorded it', () => {
    const events = new CloudTrailEvents();
    expect(events.call(event())).not.toBeNull();
    expect(events.call(event())).toBeNull();
  });

  it('takes a call into another account once, though both accounts recorded it', () => {
    const events = new CloudTrailEvents();
    const sharedEventID = '9d8f1b1a-0000-4000-8000-00000000000a';
    expect(events.call(event({ sharedEventID }))).not.toBeNull();
    expect(events.call(event({ sharedEventID, eventID: 'other', recipientAccountId: '444455556666' }))).toBeNull();
  });

  it('knows a copy among the latest hundred thousand events, and forgets those long before', () => {
    const events = new CloudTrailEvents();
    const others = (from: number, count: number) => {
      for (let i = from; i < from + count; i++) events.call({ eventID: `other-${i}` });
    };
    others(0, 50_000);
    expect(events.call(event())).not.toBeNull();
    others(50_000, 99_999);
    expect(events.call(event())).toBeNull();
    others(150_000, 200_000);
    expect(events.call(event())).not.toBeNull();
  });
});
