import { createHash } from 'node:crypto';
import { OWN_KEY, type Route, type Service } from '../contestants/contestant.ts';

const DATE = '20261125';

const regionOf = (route: Route): string => route.host.split('.').at(-3) ?? '';

/** Signed in form: nobody here checks the signature. */
function authorization(route: Route, service: Service): string {
  return (
    `AWS4-HMAC-SHA256 Credential=${OWN_KEY}/${DATE}/${regionOf(route)}/${service}/aws4_request, ` +
    'SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, ' +
    `Signature=${'5f'.repeat(32)}`
  );
}

const session = 'IQoJb3JpZ2luX2VjE'.repeat(40);
const user = 'aws-sdk-js/3.1164.0 ua/2.1 os/linux#6.18 lang/js md/nodejs#24.4.0 api/dynamodb#3.1164.0 m/E,N';

function head(route: Route, method: string, path: string, service: Service, more: string): string {
  return (
    `${method} ${path} HTTP/1.1\r\n${more}user-agent: ${user}\r\nhost: ${route.authority}\r\n` +
    `x-amz-date: ${DATE}T120000Z\r\nx-amz-security-token: ${session}\r\nx-amz-content-sha256: ${'e3'.repeat(32)}\r\n` +
    `authorization: ${authorization(route, service)}\r\nConnection: keep-alive\r\n`
  );
}

/** DynamoDB GetItem as the JS SDK writes it. */
export const getItem = (route: Route): Buffer => itemOf(route, 42);

const MANY = 256;

/** As many of them as differ in what is new in each call of an SDK: its key, id, time, hash and signature. Whoever remembers what came is not to find all of it again. */
export const getItems = (route: Route): Buffer[] => Array.from({ length: MANY }, (_, n) => itemOf(route, n));

function itemOf(route: Route, n: number): Buffer {
  const body = `{"Key":{"id":{"S":"${n + 10}"}},"TableName":"Orders"}`;
  const hash = (what: string) => createHash('sha256').update(`${what} ${n}`).digest('hex');
  const id = hash('id').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  const time = `T12${String(Math.floor(n / 60)).padStart(2, '0')}${String(n % 60).padStart(2, '0')}Z`;
  const fields =
    `x-amz-target: DynamoDB_20120810.GetItem\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: ${body.length}\r\n` +
    `amz-sdk-invocation-id: ${id}\r\namz-sdk-request: attempt=1; max=3\r\n`;
  const written = head(route, 'POST', '/', 'dynamodb', fields)
    .replace('T120000Z', time)
    .replace('e3'.repeat(32), hash(body))
    .replace('5f'.repeat(32), hash('signature'));
  return Buffer.from(`${written}\r\n${body}`);
}

/** S3 GetObject; the upstream answers with as many bytes as a field of ours says, so that the key is always the same. */
export function getObject(route: Route, bytes: number): Buffer {
  return Buffer.from(`${head(route, 'GET', '/object', 's3', `x-bench-bytes: ${bytes}\r\n`)}\r\n`);
}

/** The head of an S3 PutObject. */
export function putObject(route: Route, bytes: number): Buffer {
  return Buffer.from(`${head(route, 'PUT', '/upload', 's3', `content-length: ${bytes}\r\n`)}\r\n`);
}
