import { createHash } from 'node:crypto';
import type { Arrival, Endpoint, Reply } from './endpoint.ts';

export interface LocalS3 extends Endpoint {
  readonly objects: Map<string, Buffer>;
}

/** Keeps objects as bucket/key; GetObject, HeadObject and PutObject in virtual-hosted and path style. Every bucket exists. */
export function createS3(): LocalS3 {
  const objects = new Map<string, Buffer>();
  const nameOf = ({ host, url }: Arrival): string => {
    const bucket = /^(.+)\.s3\.[a-z0-9-]+\.amazonaws\.com$/.exec(host)?.[1];
    return decodeURIComponent(bucket === undefined ? url.pathname.slice(1) : `${bucket}${url.pathname}`);
  };
  return {
    objects,
    serves: (host) => /(^|\.)s3\.[a-z0-9-]+\.amazonaws\.com$/.test(host),
    operation: ({ method }) => ({ GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject' })[method] ?? method,
    resource: (arrival) => nameOf(arrival).replace(/\/.*$/s, ''),
    answer(arrival, operation): Reply {
      const name = nameOf(arrival);
      if (operation === 'PutObject') {
        const body = unchunked(arrival);
        objects.set(name, body);
        return { status: 200, headers: { etag: etag(body) }, body: '' };
      }
      const body = objects.get(name);
      if (operation !== 'GetObject' && operation !== 'HeadObject') return failure(501, 'NotImplemented');
      if (body === undefined) return failure(404, 'NoSuchKey');
      const headers = { etag: etag(body), 'content-type': 'application/octet-stream' };
      return { status: 200, headers, body: operation === 'GetObject' ? body : '' };
    },
  };
}

const etag = (body: Buffer) => `"${createHash('md5').update(body).digest('hex')}"`;

const failure = (status: number, code: string): Reply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
});

/** aws-chunked: hexadecimal length, optional chunk signature, bytes; a chunk of length 0 and trailers end it. */
function unchunked({ headers, body }: Arrival): Buffer {
  if (!`${headers['content-encoding']}`.includes('aws-chunked')) return body;
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, end), 16);
    if (end < 0 || !(length > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
}
