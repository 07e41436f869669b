import type { Random } from '../fleet/random.ts';
import { ACCOUNT, REGION, record, session } from './event.ts';
import { letters } from './made-up.ts';

/** The same few things in each invocation, on names that change where names do; half of its calls are data events. */
export interface MadeFunction {
  invocation(random: Random): ((time: number) => object)[];
}

type What = (random: Random) => {
  source: string;
  name: string;
  parameters: unknown;
  resources?: unknown;
  data?: boolean;
  answer?: unknown;
};

export function makeFunction(name: string, random: Random): MadeFunction {
  const bucket = `${name}-files-${ACCOUNT}`;
  const table = `${name}-orders`;
  const menu: readonly What[] = [
    () => ({ source: 'ssm', name: 'GetParameter', parameters: { name: `/${name}/settings`, withDecryption: true } }),
    () => ({
      source: 'secretsmanager',
      name: 'GetSecretValue',
      parameters: { secretId: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}/db-AbCdEf` },
    }),
    () => ({
      source: 'kms',
      name: 'Decrypt',
      parameters: {
        encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        encryptionContext: { PARAMETER_ARN: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${name}/settings` },
      },
      resources: [
        {
          accountId: ACCOUNT,
          type: 'AWS::KMS::Key',
          ARN: `arn:aws:kms:${REGION}:${ACCOUNT}:key/0f4b5a0e-7f3d-4a53-9d62-${name.padStart(12, '0').slice(-12)}`,
        },
      ],
    }),
    (r) => ({
      source: 'dynamodb',
      name: r.pick(['GetItem', 'GetItem', 'UpdateItem', 'Query']),
      parameters: {
        tableName: table,
        key: { pk: `customer#${r.below(5_000)}`, sk: 'v0' },
        returnConsumedCapacity: 'NONE',
      },
      resources: [
        {
          accountId: ACCOUNT,
          type: 'AWS::DynamoDB::Table',
          ARN: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}`,
        },
      ],
      data: true,
    }),
    (r) =>
      object(
        bucket,
        r.chance(0.7) ? 'GetObject' : 'PutObject',
        `incoming/2026/10/${1 + r.below(28)}/${r.below(100_000)}.json`,
      ),
    (r) => object(bucket, 'GetObject', `templates/${r.pick(['invoice', 'receipt', 'reminder'])}.html`),
    () => ({
      source: 'sqs',
      name: 'SendMessage',
      parameters: { queueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}-jobs` },
      data: true,
    }),
    () => ({
      source: 'sts',
      name: 'AssumeRole',
      parameters: { roleArn: `arn:aws:iam::444455556666:role/${name}-partner`, roleSessionName: name },
    }),
    () => ({
      source: 'lambda',
      name: 'Invoke',
      parameters: {
        functionName: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}-next`,
        invocationType: 'Event',
      },
      data: true,
    }),
    () => ({
      source: 'states',
      name: 'StartExecution',
      parameters: { stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${name}` },
    }),
  ];
  const usual = Array.from({ length: 2 + random.below(5) }, () => random.pick(menu));
  const keys = Array.from({ length: 12 }, () => `ASIA${letters(random, 16).toUpperCase()}`);
  const issued = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
  return {
    invocation(r) {
      const key = r.pick(keys);
      const calls = usual.filter(() => r.chance(0.9));
      return calls.flatMap((what) =>
        Array.from({ length: r.chance(0.3) ? 1 + r.below(5) : 1 }, () => (time: number) => {
          const { source, name: operation, parameters, resources, data = false, answer = null } = what(r);
          return record(r, time, {
            identity: session(name, `${name}-role`, key, time, issued),
            source,
            operation,
            parameters,
            resources,
            data,
            answer,
          });
        }),
      );
    },
  };
}

const object = (bucket: string, name: string, key: string) => ({
  source: 's3',
  name,
  parameters: { bucketName: bucket, Host: `${bucket}.s3.${REGION}.amazonaws.com`, key, 'x-id': name },
  resources: [
    { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` },
    { accountId: ACCOUNT, type: 'AWS::S3::Bucket', ARN: `arn:aws:s3:::${bucket}` },
  ],
  data: true,
});
