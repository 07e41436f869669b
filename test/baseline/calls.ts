import type { Call } from '../../baseline/call.ts';
import { readCall } from '../../baseline/read-call.ts';

const ACCOUNT = '111122223333';
let minute = 0;

/** A call as `rolefence` would have recorded it, with what matters to the test given. */
export function call(given: Partial<Call>): Call {
  return readCall({
    id: null,
    time: new Date(Date.UTC(2026, 0, 5, 8, minute++ % 1000)).toISOString(),
    function: 'resize',
    version: '7',
    environment: 'env-1',
    invocation: 'inv-1',
    service: 's3',
    operation: 'GetObject',
    region: 'eu-west-1',
    account: ACCOUNT,
    accessKeyId: 'ASIAOWN',
    ownAccessKeyId: 'ASIAOWN',
    host: 's3.eu-west-1.amazonaws.com',
    items: 1,
    bytesOut: 400,
    bytesIn: 20_000,
    status: 200,
    ...given,
  });
}

export const get = (key: string, given: Partial<Call> = {}): Call =>
  call({ ...given, access: [{ action: 's3:GetObject', resources: [`arn:aws:s3:::${key}`] }] });

export const put = (key: string, given: Partial<Call> = {}): Call =>
  call({ ...given, operation: 'PutObject', access: [{ action: 's3:PutObject', resources: [`arn:aws:s3:::${key}`] }] });

export const aws = (service: string, operation: string, resource: string, given: Partial<Call> = {}): Call =>
  call({ ...given, service, operation, access: [{ action: `${service}:${operation}`, resources: [resource] }] });

export const arn = (service: string, rest: string): string => `arn:aws:${service}:eu-west-1:${ACCOUNT}:${rest}`;

export const connect = (host: string, given: Partial<Call> = {}): Call =>
  call({
    service: null,
    operation: 'CONNECT',
    region: null,
    account: null,
    accessKeyId: null,
    host,
    ...given,
    access: [],
  });

/** An image resizer's normal work: one picture in, two thumbnails out, one row. `name` is the picture's file name without extension. */
export function resized(name: string, invocation: string): Call[] {
  return [
    get(`photos/uploads/${name}.jpg`, { invocation }),
    put(`photos/thumbs/64/${name}.webp`, { invocation }),
    put(`photos/thumbs/320/${name}.webp`, { invocation }),
    aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Pictures'), {
      invocation,
      host: 'dynamodb.eu-west-1.amazonaws.com',
    }),
  ];
}

/** Deterministic names as programs make them. */
export function uuid(n: number): string {
  const hex = (n * 2654435761 + 0x9e3779b9).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(4, 8)}-4${hex.slice(1, 4)}-a${hex.slice(2, 5)}-${hex}`;
}
