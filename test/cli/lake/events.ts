import fc from 'fast-check';

const ACCOUNT = '111122223333';

/** One event of a function's session, as CloudTrail writes it. */
export const event = (given: Readonly<Record<string, unknown>>, session: Readonly<Record<string, unknown>> = {}) => ({
  eventVersion: '1.11',
  userIdentity: {
    type: 'AssumedRole',
    principalId: 'AROAEXAMPLE:resize',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/resize-role/resize`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    ...session,
  },
  eventTime: '2026-03-02T10:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'eu-west-1',
  eventType: 'AwsApiCall',
  recipientAccountId: ACCOUNT,
  ...given,
});

export type CloudTrailEvent = ReturnType<typeof event>;

/** Sessions of two functions in several environments, one of them named by its ARN; people, instances, services and who else is no function. */
const session = fc.constantFrom<Readonly<Record<string, unknown>>>(
  {},
  { accessKeyId: 'ASIAIOSFODNN7EXAMPL2' },
  { accessKeyId: 'ASIAIOSFODNN7EXAMPL3' },
  { inScopeOf: { credentialsIssuedTo: `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:resize:7` } },
  { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/mail-role/mail`, accessKeyId: 'ASIAIOSFODNN7EXAMPL4' },
  { arn: undefined, principalId: 'AROAEXAMPLE:mail', accessKeyId: 'ASIAIOSFODNN7EXAMPL5' },
  { accessKeyId: undefined },
  { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/i-0123456789abcdef0` },
  { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/jo@example.com` },
  { inScopeOf: { credentialsIssuedTo: `arn:aws:ecs:eu-west-1:${ACCOUNT}:task/one` } },
  { type: 'IAMUser' },
  { invokedBy: 'kms.amazonaws.com' },
);

/** Names of files and folders: few words, numbers, ids, dates, braces. */
const name = fc.oneof(
  fc.constantFrom('raw', 'ios', 'tenant-a', 'tenant-b', '2026', '03', '{n}', '2026-03-04', 'a b', 'x.tar.gz'),
  fc.nat(60).map((n) => `INV-${n}.pdf`),
  fc.nat(30).map((n) => `IMG${n}.jpg`),
  fc.uuid(),
  fc.stringMatching(/^[0-9a-f]{8}\.png$/),
  fc.stringMatching(/^[a-z]{3,8}(\.jpg)?$/),
);
const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));

const bucket = fc.constantFrom('photos', 'thumbs', "it's");
const table = (n: string) => `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${n}`;
const sizes = fc.record({ bytesTransferredIn: fc.nat(3_000_000), bytesTransferredOut: fc.nat(5000) });

const s3 = (eventName: string, requestParameters: object | null, additionalEventData?: object) => ({
  eventName,
  requestParameters,
  additionalEventData,
  resources: [{ type: 'AWS::S3::Object', ARN: 'arn:aws:s3:::photos/of-the-event' }],
});

const elsewhere = (service: string, eventName: string, requestParameters: object | null, arns: string[] = []) => ({
  eventSource: `${service}.amazonaws.com`,
  eventName,
  requestParameters,
  resources: arns.map((ARN, i) => ({ ARN, ...(i === 0 ? { type: 'AWS::Some::Thing' } : {}) })),
});

const request = fc.oneof(
  fc
    .tuple(fc.constantFrom('GetObject', 'PutObject', 'HeadObject', 'UploadPart'), bucket, path, sizes)
    .map(([operation, bucketName, key, more]) => s3(operation, { bucketName, key, Host: 'x' }, more)),
  fc.tuple(bucket, path).map(([bucketName, prefix]) => s3('ListObjectsV2', { bucketName, prefix })),
  fc.tuple(bucket, path).map(([bucketName, prefix]) => s3('ListObjects', { bucketName: bucketName, prefix: [prefix] })),
  fc
    .tuple(path, path, sizes)
    .map(([key, source, more]) =>
      s3('CopyObject', { bucketName: 'photos', key, 'x-amz-copy-source': `thumbs/${source}` }, more),
    ),
  fc.constantFrom(
    s3('ListBuckets', null),
    s3('GetObject', null),
    s3('DeleteObjects', { bucketName: 'photos' }),
    elsewhere('dynamodb', 'GetItem', { tableName: 'orders', key: { id: 'a' } }, [table('orders')]),
    elsewhere('dynamodb', 'Query', { tableName: 'customers' }),
    elsewhere('dynamodb', 'BatchGetItem', { requestItems: { orders: { keys: [{ id: 'secret' }] }, customers: {} } }),
    elsewhere('dynamodb', 'TransactWriteItems', {
      transactItems: [
        { put: { tableName: 'orders' } },
        { update: { tableName: 'customers', key: { put: '"put":secret' } } },
      ],
    }),
    elsewhere('dynamodb', 'TransactWriteItems', null),
    elsewhere('kms', 'Decrypt', { encryptionContext: {} }, [
      `arn:aws:kms:eu-west-1:${ACCOUNT}:key/one`,
      'arn:aws:iam::1:role/x',
    ]),
    elsewhere('kms', 'Decrypt', { keyId: 'alias/mine' }),
    elsewhere('secretsmanager', 'GetSecretValue', { secretId: 'db' }),
    elsewhere('ssm', 'GetParameters', { names: ['/a/b', '/a/c'], withDecryption: true }),
    elsewhere('ssm', 'GetParameter20141106', { name: '/a/b' }),
    elsewhere('sqs', 'SendMessageBatch', { queueUrl: `https://sqs.eu-west-1.amazonaws.com/${ACCOUNT}/jobs` }),
    elsewhere('sns', 'Publish', { topicArn: `arn:aws:sns:eu-west-1:${ACCOUNT}:news` }),
    elsewhere('lambda', 'Invoke', { functionName: 'other' }),
    elsewhere('events', 'PutEvents', { entries: [{ source: 'x', detail: 'secret' }, { eventBusName: 'own' }] }),
    elsewhere('ssm', 'GetParameters', { names: 'not a list' }),
    elsewhere('glue', 'GetTable', { databaseName: 'd', tableName: 't' }),
    elsewhere('monitoring', 'PutMetricData', { namespace: 'x' }),
    elsewhere('models', 'GetBot2017_04_19', { name: 'x' }),
    elsewhere('sts', 'AssumeRole', { roleArn: 'arn:aws:iam::1:role/other' }),
  ),
);

const errorCode = fc.oneof(
  { weight: 8, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.constantFrom('AccessDenied', 'NoSuchKey', 'ThrottlingException', 'SlowDown') },
);

/** Times in two days mostly, so that units have several calls; now and then in others. */
const time = fc
  .tuple(
    fc.oneof({ weight: 9, arbitrary: fc.constantFrom(1, 2) }, { weight: 1, arbitrary: fc.integer({ min: 3, max: 9 }) }),
    fc.nat(40 * 60),
  )
  .map(([day, second]) => `${new Date(Date.UTC(2026, 2, day, 10, 0, second)).toISOString().slice(0, 19)}Z`);

/** Events of some functions, in order of time as CloudTrail's readers put them; some of them twice, as several trails record them. */
export const anyEvents: fc.Arbitrary<CloudTrailEvent[]> = fc
  .array(fc.tuple(session, request, errorCode, time, fc.constantFrom('eu-west-1', 'us-east-1'), fc.nat(9)), {
    maxLength: 400,
    // By itself fast-check stays at ten
    size: 'max',
  })
  .map((drawn) => {
    const events = drawn.flatMap(([who, what, code, eventTime, awsRegion, copies], i) => {
      const one = event(
        {
          ...what,
          errorCode: code,
          eventTime,
          awsRegion,
          eventID: `e-${i}`,
          sharedEventID: copies === 1 ? `s-${i}` : undefined,
        },
        who,
      );
      return copies === 0 ? [one, one] : copies === 1 ? [one, { ...one, eventID: `other-${i}` }] : [one];
    });
    return events.sort((a, b) => (a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : 0));
  });
