import { SignatureV4 } from '@smithy/signature-v4';
import { expect } from 'vitest';
import type { Credentials } from '../../../../extension/sigv4/signer.ts';
import { Sha256 } from '../../sdk-hash.ts';
import { REAL } from '../sealed-sensor.ts';

/** What is to be presigned. */
export interface Presigned {
  readonly method?: string;
  readonly service: string;
  readonly region?: string;
  readonly host: string;
  readonly path?: string;
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly expiresIn?: number;
}

/** As the SDK presigns it, at a time of ours: the oracle for real keys, and what is asked for with placeholders. */
export async function byTheSdk(
  what: Presigned,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  at: Date,
): Promise<string> {
  const signer = new SignatureV4({
    service: what.service,
    region: what.region ?? 'eu-central-1',
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
    sha256: Sha256 as never,
    uriEscapePath: what.service !== 's3',
    applyChecksum: what.service !== 's3',
  });
  const headers = {
    host: what.host,
    ...(what.service === 's3' ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } : {}),
    ...what.headers,
  };
  const made = (await signer.presign(
    {
      method: what.method ?? 'GET',
      protocol: 'https:',
      hostname: what.host,
      path: what.path ?? '/',
      query: what.query ?? {},
      headers,
    } as never,
    {
      signingDate: at,
      expiresIn: what.expiresIn ?? 900,
      unsignableHeaders: new Set(['x-amz-content-sha256', 'content-type']),
      unhoistableHeaders: new Set(['x-amz-content-sha256', 'x-k8s-aws-id']),
    },
  )) as unknown as { query: Record<string, string> };
  const escape = (t: string) =>
    encodeURIComponent(t).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = Object.entries(made.query).map(([name, value]) => `${escape(name)}=${escape(value)}`);
  return `https://${what.host}${what.path ?? '/'}?${query.join('&')}`;
}

/** The parameters in any order. */
export const parts = (url: string): string[] => [url.split('?')[0]!, ...url.split('?')[1]!.split('&').sort()];

export const OBJECT: Presigned = {
  service: 's3',
  host: 'photos.s3.eu-central-1.amazonaws.com',
  path: '/summer%20days/1.jpg',
};
export const RDS: Presigned = {
  service: 'rds-db',
  host: 'shop.cluster-c1.eu-central-1.rds.amazonaws.com:5432',
  query: { Action: 'connect', DBUser: 'shop' },
};
export const EKS: Presigned = {
  service: 'sts',
  host: 'sts.eu-central-1.amazonaws.com',
  query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
  headers: { 'x-k8s-aws-id': 'prod' },
  expiresIn: 60,
};

/** What a URL says that it was signed with; the signature checked by the SDK's own signer with the real key. */
export async function checked(url: string, what: Presigned): Promise<void> {
  const { searchParams } = new URL(url);
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/
    .exec(searchParams.get('X-Amz-Date')!)!
    .map(Number);
  const at = new Date(Date.UTC(year!, month! - 1, day, hour, minute, second));
  const own = [...searchParams].filter(
    ([name]) => !/^X-Amz-(?:Algorithm|Credential|Date|Expires|Security-Token|Signature|SignedHeaders)$/.test(name),
  );
  const wanted = await byTheSdk(
    { ...what, query: Object.fromEntries(own), expiresIn: Number(searchParams.get('X-Amz-Expires')) },
    REAL,
    at,
  );
  expect(parts(url).map(decodeURIComponent)).toEqual(parts(wanted).map(decodeURIComponent));
}
