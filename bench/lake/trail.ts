import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createRandom, type Random } from '../fleet/random.ts';

/** What a made-up trail holds. */
export interface TrailPlan {
  readonly events: number;
  /** Share of events that are calls of functions' sessions. */
  readonly ofFunctions: number;
  readonly functions: number;
  readonly days: number;
  readonly seed: number;
}

const ACCOUNT = '111122223333';
const REGION = 'eu-west-1';
const START = Date.UTC(2026, 9, 1);
const DAY = 86_400_000;
/** CloudTrail delivers about every five minutes. */
const DELIVERY = 300_000;

/**
 * Writes a trail's folder as it lies in S3 (AWSLogs/ACCOUNT/CloudTrail/REGION/YYYY/MM/DD), events with all the fields that CloudTrail writes. A function does the same few things in each
 * invocation, on names that change where names do; half of its calls are data events.
 */
export function writeTrail(folder: string, plan: TrailPlan): { files: number; bytes: number; unpacked: number } {
  const random = createRandom(plan.seed);
  const functions = Array.from({ length: plan.functions }, (_, i) => makeFunction(`service-${i}`, random));
  const deliveries = new Map<number, object[]>();
  const put = (time: number, event: object): void => {
    const slot = Math.floor(time / DELIVERY);
    const events = deliveries.get(slot) ?? [];
    events.push(event);
    deliveries.set(slot, events);
  };
  let count = 0;
  while (count < plan.events) {
    const time = START + Math.floor(random.next() * plan.days * DAY);
    if (random.chance(plan.ofFunctions / (plan.ofFunctions + (1 - plan.ofFunctions) * CALLS))) {
      const one = functions[Math.floor(random.next() ** 2 * functions.length)]!;
      for (const call of one.invocation(random)) {
        put(time + (count % 2_000), call(time));
        count++;
      }
    } else {
      put(time, other(random, time));
      count++;
    }
  }
  let bytes = 0;
  let unpacked = 0;
  for (const [slot, Records] of deliveries) {
    const stamp = new Date(slot * DELIVERY).toISOString();
    const [year, month, day] = stamp.slice(0, 10).split('-') as [string, string, string];
    const at = join(folder, 'AWSLogs', ACCOUNT, 'CloudTrail', REGION, year, month, day);
    mkdirSync(at, { recursive: true });
    const name = `${ACCOUNT}_CloudTrail_${REGION}_${year}${month}${day}T${stamp.slice(11, 16).replace(':', '')}Z_${letters(random, 16)}.json.gz`;
    const text = JSON.stringify({ Records });
    const packed = gzipSync(text);
    unpacked += text.length;
    bytes += packed.length;
    writeFileSync(join(at, name), packed);
  }
  return { files: deliveries.size, bytes, unpacked };
}

/** Calls of one invocation on average, about. */
const CALLS = 6;

interface MadeFunction {
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

function makeFunction(name: string, random: Random): MadeFunction {
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

function session(name: string, role: string, key: string, time: number, issued: string | null): object {
  return {
    type: 'AssumedRole',
    principalId: `AROAEXAMPLE${role.length}XYZ:${name}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role}/${name}`,
    accountId: ACCOUNT,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: `AROAEXAMPLE${role.length}XYZ`,
        arn: `arn:aws:iam::${ACCOUNT}:role/service-role/${role}`,
        accountId: ACCOUNT,
        userName: role,
      },
      attributes: { creationDate: stampOf(time - (time % 3_600_000)), mfaAuthenticated: 'false' },
    },
    ...(issued === null ? {} : { inScopeOf: { issuerType: 'AWS::Lambda::Function', credentialsIssuedTo: issued } }),
  };
}

interface Made {
  readonly identity: object;
  readonly source: string;
  readonly operation: string;
  readonly parameters: unknown;
  readonly resources?: unknown;
  readonly data: boolean;
  readonly answer: unknown;
  readonly type?: string;
}

const record = (r: Random, time: number, made: Made): object => ({
  eventVersion: '1.11',
  userIdentity: made.identity,
  eventTime: stampOf(time),
  eventSource: `${made.source}.amazonaws.com`,
  eventName: made.operation,
  awsRegion: REGION,
  sourceIPAddress: `10.${r.below(256)}.${r.below(256)}.${r.below(256)}`,
  userAgent: r.pick(AGENTS),
  ...(r.chance(0.01)
    ? {
        errorCode: 'AccessDenied',
        errorMessage: 'User is not authorized to perform this action because no identity-based policy allows it',
      }
    : {}),
  requestParameters: made.parameters,
  responseElements: made.answer,
  ...(made.data && made.source === 's3'
    ? {
        additionalEventData: {
          SignatureVersion: 'SigV4',
          CipherSuite: 'TLS_AES_128_GCM_SHA256',
          bytesTransferredIn: made.operation === 'PutObject' ? 1_000 + r.below(50_000) : 0,
          SSEApplied: 'Default_SSE_S3',
          AuthenticationMethod: 'AuthHeader',
          'x-amz-id-2': letters(r, 76),
          bytesTransferredOut: made.operation === 'PutObject' ? 0 : 1_000 + r.below(50_000),
        },
      }
    : {}),
  requestID: uuid(r),
  eventID: uuid(r),
  readOnly: /^(Get|Describe|List|Query)/.test(made.operation),
  ...(made.resources === undefined ? {} : { resources: made.resources }),
  eventType: made.type ?? 'AwsApiCall',
  managementEvent: !made.data,
  recipientAccountId: ACCOUNT,
  eventCategory: made.data ? 'Data' : 'Management',
  tlsDetails: {
    tlsVersion: 'TLSv1.3',
    cipherSuite: 'TLS_AES_128_GCM_SHA256',
    clientProvidedHostHeader: `${made.source}.${REGION}.amazonaws.com`,
  },
});

/** What else stands in a trail: services that assume roles and decrypt, people and pipelines that describe and list. */
function other(r: Random, time: number): object {
  const service = `service-${r.below(200)}`;
  const key = `ASIA${letters(r, 16).toUpperCase()}`;
  const made = { data: false, answer: null };
  const kind = r.below(10);
  if (kind < 4)
    return record(r, time, {
      ...made,
      identity: { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' },
      source: 'sts',
      operation: 'AssumeRole',
      parameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/service-role/${service}-role`, roleSessionName: service },
      answer: {
        credentials: { accessKeyId: key, sessionToken: letters(r, 400), expiration: 'Oct 2, 2026, 4:00:00 PM' },
        assumedRoleUser: {
          assumedRoleId: `AROAEXAMPLE:${service}`,
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${service}-role/${service}`,
        },
      },
      resources: [
        {
          accountId: ACCOUNT,
          type: 'AWS::IAM::Role',
          ARN: `arn:aws:iam::${ACCOUNT}:role/service-role/${service}-role`,
        },
      ],
    });
  if (kind < 6)
    return record(r, time, {
      ...made,
      identity: { ...session(service, `${service}-role`, key, time, null), invokedBy: 'dynamodb.amazonaws.com' },
      source: 'kms',
      operation: 'Decrypt',
      parameters: {
        encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        encryptionContext: { 'aws:dynamodb:tableName': service, 'aws:dynamodb:subscriberId': ACCOUNT },
      },
      resources: [
        { accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${uuid(r)}` },
      ],
    });
  if (kind < 8)
    return record(r, time, {
      ...made,
      identity: session(`i-${hex(r, 17)}`, 'fleet', key, time, null),
      source: 'ec2',
      operation: r.pick(['DescribeInstances', 'DescribeVolumes', 'DescribeNetworkInterfaces']),
      parameters: {
        filterSet: { items: [{ name: 'instance-state-name', valueSet: { items: [{ value: 'running' }] } }] },
        instancesSet: {},
      },
    });
  return record(r, time, {
    ...made,
    identity:
      kind === 8
        ? {
            type: 'IAMUser',
            principalId: 'AIDAEXAMPLE',
            arn: `arn:aws:iam::${ACCOUNT}:user/pipeline`,
            accountId: ACCOUNT,
            accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
            userName: 'pipeline',
          }
        : session('jo@example.com', 'AWSReservedSSO_Admin_0123456789abcdef', key, time, null),
    source: r.pick(['cloudformation', 'iam', 'logs', 'cloudfront']),
    operation: r.pick(['DescribeStacks', 'GetRole', 'ListTagsForResource']),
    parameters: { stackName: `stack-${r.below(50)}`, nextToken: letters(r, 200) },
  });
}

const AGENTS = [
  'aws-sdk-js/3.901.0 ua/2.1 os/linux#5.10.242-272.953.amzn2.x86_64 lang/js md/nodejs#22.18.0 api/dynamodb#3.901.0 exec-env/AWS_Lambda_nodejs22.x m/E',
  'Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 os/linux#5.10.242-272.953.amzn2.x86_64 md/arch#x86_64 lang/python#3.13.5 md/pyimpl#CPython exec-env/AWS_Lambda_python3.13 m/Z,b,D cfg/retry-mode#legacy Botocore/1.40.4',
];

const stampOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** Where what looks random is cut out of: to draw each letter takes longer than all the rest. Far longer than what gzip looks back to. */
const pool = (alphabet: string): string => {
  const random = createRandom(1);
  return Array.from({ length: 2 ** 20 }, () => alphabet[random.below(alphabet.length)]).join('');
};
const LETTERS = pool('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789');
const HEX = pool('0123456789abcdef');

const cut = (from: string, r: Random, length: number): string => {
  const at = r.below(from.length - length);
  return from.slice(at, at + length);
};

const letters = (r: Random, length: number): string => cut(LETTERS, r, length);

const hex = (r: Random, length: number): string => cut(HEX, r, length);

const uuid = (r: Random): string => `${hex(r, 8)}-${hex(r, 4)}-4${hex(r, 3)}-8${hex(r, 3)}-${hex(r, 12)}`;
