import type { Access } from '../../../../baseline/call.ts';
import type { Chance } from './chance.ts';

/** Whose key signs a call. */
export interface Signer {
  readonly accessKeyId: string;
  readonly account: string;
}

/** What a function asks for: a call before it has a time, an environment and an outcome. */
export interface Ask {
  readonly service: string | null;
  readonly operation: string;
  readonly access: readonly Access[];
  readonly region: string | null;
  readonly host: string;
  readonly out: number;
  readonly in: number;
  readonly items: number;
  readonly ms: number;
  readonly prefix?: string;
  /** The function's own key where none is given. */
  readonly as?: Signer;
  /** The key in the answer. */
  readonly issues?: string;
  readonly status?: number;
  readonly errorCode?: string;
}

export interface Details {
  out?: number;
  in?: number;
  items?: number;
  ms?: number;
  prefix?: string;
  region?: string;
  as?: Signer;
  /** IAM's name of the action where it is not the operation's. */
  action?: string;
  issues?: string;
  status?: number;
  errorCode?: string;
}

/** The asks of one account in one region, with sizes as heads and small bodies have them where none are given. */
export class Aws {
  readonly chance: Chance;
  readonly account: string;
  readonly region: string;
  /** Newer SDKs for JavaScript call DynamoDB at a host of the account. */
  readonly accountHosts: boolean;

  constructor(chance: Chance, account: string, region: string, accountHosts: boolean) {
    this.chance = chance;
    this.account = account;
    this.region = region;
    this.accountHosts = accountHosts;
  }

  arn(service: string, rest: string, region = this.region, account = this.account): string {
    return `arn:aws:${service}:${region}:${account}:${rest}`;
  }

  to(service: string, operation: string, resources: string | readonly string[], details: Details = {}): Ask {
    const region = details.region ?? (GLOBAL.has(service) ? 'us-east-1' : this.region);
    const action = details.action ?? operation;
    const list = typeof resources === 'string' ? [resources] : resources;
    return {
      ...this.#sizes(details),
      service,
      operation,
      access: [{ action: `${service}:${action}`, resources: list }],
      region,
      host: GLOBAL.has(service)
        ? `${service}.amazonaws.com`
        : `${ENDPOINT[service] ?? service}.${region}.amazonaws.com`,
    };
  }

  s3(operation: string, bucket: string, key: string | null, details: Details = {}): Ask {
    const ask = this.to('s3', operation, `arn:aws:s3:::${bucket}${key === null ? '' : `/${key}`}`, {
      action: S3_ACTION[operation] ?? operation,
      ...details,
    });
    return { ...ask, host: `${bucket}.s3.${ask.region}.amazonaws.com` };
  }

  copy(from: string, to: string, key: string, details: Details = {}): Ask {
    const ask = this.s3('CopyObject', to, key, { action: 'PutObject', ...details });
    return {
      ...ask,
      access: [{ action: 's3:GetObject', resources: [`arn:aws:s3:::${from}/${key}`] }, ...ask.access],
    };
  }

  dynamodb(operation: string, table: string, details: Details = {}): Ask {
    const region = details.region ?? this.region;
    const ask = this.to('dynamodb', operation, this.arn('dynamodb', `table/${table}`, region), details);
    const host = this.accountHosts ? `${this.account}.ddb.${region}.amazonaws.com` : ask.host;
    if (operation !== 'TransactWriteItems') return { ...ask, host };
    const { resources } = ask.access[0]!;
    return {
      ...ask,
      host,
      access: ['PutItem', 'UpdateItem'].map((action) => ({ action: `dynamodb:${action}`, resources })),
    };
  }

  /** An API of OpenSearch: called at the domain's own host, signed for `es`. */
  search(domain: string, path: string, details: Details = {}): Ask {
    const ask = this.to('es', 'ESHttpPost', this.arn('es', `domain/${domain}${path}`), details);
    return { ...ask, host: `search-${domain}-x7f3.${ask.region}.es.amazonaws.com` };
  }

  egress(host: string, details: Details = {}): Ask {
    const { out = this.chance.about(1800, 0.4), in: bytesIn = this.chance.about(4200, 0.5), ...rest } = details;
    return {
      ...this.#sizes({ ...rest, out, in: bytesIn, ms: details.ms ?? this.chance.tail(60, 1.6, 9000) }),
      service: null,
      operation: 'CONNECT',
      access: [],
      region: null,
      host: /:\d+$/.test(host) ? host : `${host}:443`,
    };
  }

  #sizes(details: Details) {
    const { chance } = this;
    return {
      out: details.out ?? chance.about(620, 0.3),
      in: details.in ?? chance.about(720, 0.35),
      items: details.items ?? 1,
      ms: details.ms ?? chance.tail(4, 1.3, 1500),
      ...(details.prefix === undefined ? {} : { prefix: details.prefix }),
      ...(details.as === undefined ? {} : { as: details.as }),
      ...(details.issues === undefined ? {} : { issues: details.issues }),
      ...(details.status === undefined ? {} : { status: details.status }),
      ...(details.errorCode === undefined ? {} : { errorCode: details.errorCode }),
    };
  }
}

const GLOBAL = new Set(['iam', 'organizations', 'route53', 'cloudfront']);
const ENDPOINT: Record<string, string> = {
  ses: 'email',
  cloudwatch: 'monitoring',
  bedrock: 'bedrock-runtime',
  appconfig: 'appconfigdata',
  'aws-marketplace': 'metering.marketplace',
};
const S3_ACTION: Record<string, string> = {
  ListObjectsV2: 'ListBucket',
  ListObjectVersions: 'ListBucketVersions',
  HeadObject: 'GetObject',
  CreateMultipartUpload: 'PutObject',
  UploadPart: 'PutObject',
  CompleteMultipartUpload: 'PutObject',
  DeleteObjects: 'DeleteObject',
  PutBucketLifecycleConfiguration: 'PutLifecycleConfiguration',
  PutBucketReplication: 'PutReplicationConfiguration',
};
