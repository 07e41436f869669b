import { type Key, type KeyValue, type Kind, keyFrom, noSuch, reaching, type Send, StoreError } from './key-value.ts';
import { type Pauses, retrying } from './retry.ts';

/** Objects `PREFIX/KIND/FUNCTION.json.gz`, and `PREFIX/KIND/FUNCTION/PART.json.gz` for slots, history and further parts. Writes are conditional (If-Match, If-None-Match). */
export function s3Store(
  bucket: string,
  prefix: string,
  direct: Send,
  pauses?: Pauses,
  region: string | null = null,
): KeyValue {
  const name = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const send = retrying(reaching(name, direct), pauses);
  const root = prefix === '' ? '' : `${prefix}/`;
  // A bucket with a dot in its name is not covered by the certificate of virtual hosts.
  const dotted = bucket.includes('.');
  const at = { service: 's3', endpoint: dotted ? 's3' : `${bucket}.s3` } as const;
  const base = dotted ? `/${bucket}/` : '/';

  const objectOf = ({ kind, function: fn, part }: Key): string =>
    `${root}${kind}/${encodeURIComponent(fn)}${part === null ? '' : `/${part}`}.json.gz`;
  const pathOf = (key: Key): string => base + objectOf(key).split('/').map(encoded).join('/');

  function failure(what: string, body: Uint8Array, status: number): StoreError {
    const code = codeOf(body, status);
    const isMissing = code === NO_BUCKET || (region !== null && ELSEWHERE.test(code));
    return new StoreError(name, what, isMissing ? noSuch('bucket', bucket, region) : code);
  }

  /** False where the condition did not hold. */
  async function conditional(what: string, request: Parameters<Send>[0]): Promise<boolean> {
    const { status, body } = await send(request);
    if (status >= 200 && status < 300) return true;
    if (
      status === 412 ||
      status === 409 ||
      (status === 404 && request.method !== 'PUT' && codeOf(body, status) !== NO_BUCKET)
    )
      return false;
    throw failure(what, body, status);
  }

  return {
    name,
    largest: null,
    oneByOne: true,
    async get(key) {
      const { status, headers, body } = await send({ ...at, method: 'GET', path: pathOf(key) });
      if (status === 200) return { bytes: body, tag: headers.etag ?? '' };
      // Without s3:ListBucket S3 says 403 for what is not there, which is not to be told from what is forbidden.
      if (status === 404 && codeOf(body, status) !== NO_BUCKET) return null;
      throw failure('cannot be read', body, status);
    },
    put: (key, bytes, tag) =>
      conditional('cannot be written', {
        ...at,
        method: 'PUT',
        path: pathOf(key),
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          ...(tag === null ? { 'if-none-match': '*' } : { 'if-match': tag }),
        },
        body: bytes,
      }),
    remove: (key, tag) =>
      conditional('cannot be written', { ...at, method: 'DELETE', path: pathOf(key), headers: { 'if-match': tag } }),
    async *list(kind: Kind): AsyncGenerator<Key> {
      let token: string | null = null;
      do {
        const { status, body } = await send({
          ...at,
          method: 'GET',
          path: base,
          query: {
            'list-type': '2',
            prefix: `${root}${kind}/`,
            ...(token === null ? {} : { 'continuation-token': token }),
          },
        });
        const text = Buffer.from(body).toString('utf8');
        if (status !== 200) throw failure('cannot be listed', body, status);
        for (const [, object = ''] of text.matchAll(/<Key>([^<]*)<\/Key>/g)) {
          const key = readKey(plain(object).slice(root.length), kind);
          if (key !== null) yield key;
        }
        token = /<NextContinuationToken>([^<]*)</.exec(text)?.[1] ?? null;
        if (token !== null) token = plain(token);
      } while (token !== null);
    },
  };
}

function readKey(object: string, kind: Kind): Key | null {
  const found = /^[\w-]+\/([^/]+?)(?:\/([0-9a-f]+))?\.json\.gz$/.exec(object);
  return found === null ? null : keyFrom(kind, decodeURIComponent(found[1]!), found[2] ?? null);
}

const encoded = (part: string): string =>
  encodeURIComponent(part).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const plain = (xml: string): string =>
  xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');

const NO_BUCKET = 'NoSuchBucket';
/** Of a bucket of another region. */
const ELSEWHERE = /^(?:PermanentRedirect|AuthorizationHeaderMalformed)$/;

const codeOf = (body: Uint8Array, status: number): string =>
  /<Code>([A-Za-z0-9.]{1,60})<\/Code>/.exec(Buffer.from(body).toString('latin1'))?.[1] ?? `status ${status}`;
