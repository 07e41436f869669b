import type { Random } from '../fleet/random.ts';
import { letters, uuid } from './made-up.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** Who a function's, or another role's, session says that it is. `issued`: the function that the key was issued to. */
export function session(name: string, role: string, key: string, time: number, issued: string | null): object {
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

export interface Made {
  readonly identity: object;
  readonly source: string;
  readonly operation: string;
  readonly parameters: unknown;
  readonly resources?: unknown;
  readonly data: boolean;
  readonly answer: unknown;
  readonly type?: string;
}

/** An event with all the fields that CloudTrail writes. */
export const record = (r: Random, time: number, made: Made): object => ({
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

const AGENTS = [
  'aws-sdk-js/3.901.0 ua/2.1 os/linux#5.10.242-272.953.amzn2.x86_64 lang/js md/nodejs#22.18.0 api/dynamodb#3.901.0 exec-env/AWS_Lambda_nodejs22.x m/E',
  'Boto3/1.40.4 md/Botocore#1.40.4 ua/2.1 os/linux#5.10.242-272.953.amzn2.x86_64 md/arch#x86_64 lang/python#3.13.5 md/pyimpl#CPython exec-env/AWS_Lambda_python3.13 m/Z,b,D cfg/retry-mode#legacy Botocore/1.40.4',
];

const stampOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;
