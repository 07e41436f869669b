import { createHash } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reseal } from '../../../extension/seal/reseal.ts';
import type { SignedRequest } from '../../../extension/seal/signed-request.ts';
import { Vault } from '../../../extension/seal/vault.ts';
import type { Credentials } from '../../../extension/sigv4/signer.ts';
import { runs } from '../fuzz-runs.ts';
import { Sha256 } from '../sdk-hash.ts';

const REAL: Credentials = {
  accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: 'FwoGZXIvYXdzEXAMPLETOKEN==',
};
const NOW = new Date('2026-03-04T05:06:07Z');

interface Plain {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
  service: string;
}

/** As an SDK would sign it (the independent implementation), and as it would stand on the wire. */
async function signed(plain: Plain, credentials: Credentials, presign = false): Promise<SignedRequest> {
  const s3 = plain.service === 's3';
  const signer = new SignatureV4({
    service: plain.service,
    region: 'eu-central-1',
    credentials: { ...credentials, sessionToken: credentials.sessionToken ?? undefined } as never,
    sha256: Sha256 as never,
    uriEscapePath: !s3,
    applyChecksum: true,
  });
  const request = {
    method: plain.method,
    protocol: 'https:',
    hostname: plain.headers.host!,
    path: plain.path,
    query: plain.query,
    headers: plain.headers,
    body: plain.body,
  };
  const done = (presign
    ? await signer.presign(request as never, {
        signingDate: NOW,
        expiresIn: 900,
        unsignableHeaders: new Set(['content-type']),
      })
    : await signer.sign(request as never, { signingDate: NOW })) as unknown as {
    query?: Record<string, string>;
    headers: Record<string, string>;
  };
  const escape = (t: string) =>
    encodeURIComponent(t).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = Object.entries(done.query ?? {})
    .map(([name, value]) => `${escape(name)}=${escape(String(value))}`)
    .join('&');
  return {
    method: plain.method,
    target: query === '' ? plain.path : `${plain.path}?${query}`,
    headers: Object.entries(done.headers),
    bodyHash: createHash('sha256').update(plain.body).digest('hex'),
    now: NOW.getTime(),
  };
}

const GET: Plain = {
  method: 'GET',
  path: '/',
  query: {},
  headers: { host: 'sqs.eu-central-1.amazonaws.com' },
  body: '',
  service: 'sqs',
};

function sealedVault(real: Credentials = REAL) {
  const vault = new Vault();
  return { vault, placeholder: vault.seal(real, null) };
}

describe('a request signed with the placeholder', () => {
  const text = fc.string({ unit: fc.constantFrom(..."abcXYZ019-._~ !$'()*+,;:@&=%/é"), minLength: 1, maxLength: 12 });
  const plains: fc.Arbitrary<Plain> = fc.record({
    method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
    path: fc
      .array(text, { maxLength: 4 })
      .map(
        (parts) =>
          `/${parts.map((p) => encodeURIComponent(p).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)).join('/')}`,
      )
      .filter((path) => !/\/\.{1,2}(\/|$)/.test(path)),
    query: fc.dictionary(
      text.filter((t) => !/^x-amz-/i.test(t)),
      text,
      { maxKeys: 4 },
    ),
    headers: fc.constantFrom(
      { host: 'b.s3.eu-central-1.amazonaws.com', 'content-type': 'text/plain' },
      {
        host: 'dynamodb.eu-central-1.amazonaws.com',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'content-type': 'application/x-amz-json-1.0',
      },
      { host: 'b.s3.eu-central-1.amazonaws.com', 'x-amz-meta-note': '  two   spaces  ', 'x-amz-acl': 'private' },
    ) as fc.Arbitrary<Record<string, string>>,
    body: fc.constantFrom('', '{"a":1}', 'text'),
    service: fc.constantFrom('s3', 'dynamodb', 'lambda'),
  });

  it('leaves exactly as if it had been signed with the real keys', async () => {
    await fc.assert(
      fc.asyncProperty(plains, fc.constantFrom(REAL, { ...REAL, sessionToken: null }), async (plain, real) => {
        const { vault, placeholder } = sealedVault(real);
        const found = reseal(await signed(plain, placeholder), vault);
        const wanted = await signed(plain, real);
        expect(found).toMatchObject({ kind: 'sealed', target: wanted.target, chain: null });
        if (found.kind !== 'sealed') return;
        const lower = (headers: SignedRequest['headers']) =>
          Object.fromEntries(headers.map(([n, v]) => [n.toLowerCase(), v]));
        expect(lower(found.headers)).toEqual(lower(wanted.headers));
      }),
      runs(400),
    );
  });

  it('is signed anew where its signature stands in the query', async () => {
    for (const service of ['s3', 'sqs']) {
      const plain = {
        ...GET,
        path: service === 's3' ? '/a%20b' : '/',
        query: { Action: 'ListQueues', z: 'a b' },
        service,
      };
      const { vault, placeholder } = sealedVault();
      const found = reseal(await signed(plain, placeholder, true), vault);
      const wanted = await signed(plain, REAL, true);
      expect(found.kind).toBe('sealed');
      if (found.kind !== 'sealed') continue;
      const sorted = (target: string) => target.split('?')[1]!.split('&').sort();
      expect(sorted(found.target)).toEqual(sorted(wanted.target));
    }
  });

  const tampered: readonly (readonly [string, RegExp, (request: SignedRequest) => SignedRequest])[] = [
    ['another path', /does not match/, (r) => ({ ...r, target: '/other' })],
    ['another method', /does not match/, (r) => ({ ...r, method: 'POST' })],
    ['another host', /does not match/, (r) => with_(r, 'host', 'sqs.us-east-1.amazonaws.com')],
    ['another query', /does not match/, (r) => ({ ...r, target: `${r.target}?a=1` })],
    ['another body hash', /does not match/, (r) => with_(r, 'x-amz-content-sha256', 'UNSIGNED-PAYLOAD')],
    [
      'a field that was not signed',
      /x-amz-copy-source is not signed/,
      (r) => ({ ...r, headers: [...r.headers, ['x-amz-copy-source', 'b/k']] }),
    ],
    ['another session token', /session token/, (r) => with_(r, 'x-amz-security-token', 'x')],
    ['a signature from an hour ago', /too old/, (r) => ({ ...r, now: r.now + 3_600_000 })],
    ['a signature of tomorrow', /too old, or of the future/, (r) => ({ ...r, now: r.now - 86_400_000 })],
    [
      'the real key’s id',
      /real key/,
      (r) => with_(r, 'authorization', (v) => v.replace(/Credential=\w+/, `Credential=${REAL.accessKeyId}`)),
    ],
    [
      'two Authorization fields',
      /two Authorization/,
      (r) => ({ ...r, headers: [...r.headers, ['Authorization', 'x']] }),
    ],
    [
      'an algorithm that cannot be sealed',
      /of a kind/,
      (r) => with_(r, 'authorization', (v) => v.replace('HMAC-SHA256', 'ECDSA-P256-SHA256')),
    ],
    [
      'a field that it signs twice',
      /of a kind/,
      (r) => with_(r, 'authorization', (v) => v.replace('SignedHeaders=host', 'SignedHeaders=host;host')),
    ],
    [
      'two hashes of its body',
      /hash of its body/,
      (r) => ({ ...r, headers: [...r.headers, ['X-Amz-Content-Sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD']] }),
    ],
    ['two dates', /date/, (r) => ({ ...r, headers: [...r.headers, ['X-Amz-Date', '20260304T050607Z']] })],
    [
      'letters that a reader may fold into those of its key',
      /of a kind/,
      (r) => with_(r, 'authorization', (v) => v.replace('SignedHeaders', 'SignedHeader\u0173')),
    ],
    ['SigV2', /SigV2/, (r) => ({ ...r, headers: [], target: '/?AWSAccessKeyId=x&Signature=y' })],
  ];
  it.each(tampered)('is refused with %s', async (_, why, change) => {
    const { vault, placeholder } = sealedVault();
    const request = await signed(GET, placeholder);
    expect(reseal(request, vault)).toMatchObject({ kind: 'sealed' });
    const found = reseal(change(request), vault);
    expect(found).toMatchObject({ kind: 'refused' });
    if (found.kind !== 'refused') return;
    expect(found.reason).toMatch(why);
    for (const secret of [
      placeholder.secretAccessKey,
      placeholder.sessionToken!,
      REAL.secretAccessKey,
      REAL.sessionToken!,
    ]) {
      expect(found.reason).not.toContain(secret);
    }
  });

  it('is taken or refused for what it says itself, whatever came before it', async () => {
    const { vault, placeholder } = sealedVault();
    const other = sealedVault();
    const good = await signed(GET, placeholder);
    // Between them what is remembered is that of a good one, of a tampered one, of another environment's.
    const foreign = await signed(GET, other.placeholder);
    for (const [, , change] of [...tampered, ...tampered]) {
      expect(reseal(good, vault)).toMatchObject({ kind: 'sealed', headers: (await signed(GET, REAL)).headers });
      expect(reseal(change(good), vault).kind).toBe('refused');
      expect(reseal(foreign, vault)).toEqual({ kind: 'unsealed' });
      expect(reseal(foreign, other.vault).kind).toBe('sealed');
    }
  });

  it('is signed by the credentials of now, not by those that were renewed', async () => {
    const { vault, placeholder } = sealedVault();
    const request = await signed(GET, placeholder);
    expect(reseal(request, vault)).toMatchObject({ headers: (await signed(GET, REAL)).headers });
    const renewed = { accessKeyId: 'ASIAQNZGKIQYRENEWED2', secretAccessKey: 'another', sessionToken: 'new' };
    vault.renew(placeholder.accessKeyId, renewed);
    expect(reseal(request, vault)).toMatchObject({ headers: (await signed(GET, renewed)).headers });
  });

  it('is signed by the octets of its fields, as a client of any language has signed them', async () => {
    const { vault, placeholder } = sealedVault();
    const plain = { ...GET, headers: { ...GET.headers, 'x-amz-meta-place': 'voilà' } };
    const onTheWire = (request: SignedRequest) =>
      with_(request, 'x-amz-meta-place', Buffer.from('voilà').toString('latin1'));
    const found = reseal(onTheWire(await signed(plain, placeholder)), vault);
    const wanted = onTheWire(await signed(plain, REAL));
    expect(found).toMatchObject({ kind: 'sealed', headers: wanted.headers });
  });

  it('is refused where its signature covers a host that it does not name', async () => {
    const { vault, placeholder } = sealedVault();
    const request = await signed({ ...GET, headers: { ':authority': '' } }, placeholder);
    const bare = { ...request, headers: request.headers.filter(([name]) => name !== ':authority') };
    expect(reseal(bare, vault)).toMatchObject({ reason: expect.stringContaining('its host is not signed') });
  });

  it('goes as it is where the key is somebody else’s, for the guard to judge', async () => {
    const { vault, placeholder } = sealedVault();
    const request = await signed(GET, { ...placeholder, accessKeyId: 'AKIAQNZGKIQYAAAAAAAA' });
    expect(reseal(request, vault)).toEqual({ kind: 'unsealed' });
  });

  it('opens a session of S3 Express, which is signed for its service by the role’s key', async () => {
    const { vault, placeholder } = sealedVault();
    const host = 'photos--euc1-az1--x-s3.s3express-euc1-az1.eu-central-1.amazonaws.com';
    const session: Plain = { ...GET, path: '/', query: { session: '' }, headers: { host }, service: 's3express' };
    expect(reseal(await signed(session, placeholder), vault).kind).toBe('sealed');
  });

  it('is refused in a presigned form that has run out', async () => {
    const { vault, placeholder } = sealedVault();
    const request = await signed(GET, placeholder, true);
    expect(reseal({ ...request, now: request.now + 901_000 }, vault)).toMatchObject({ kind: 'refused' });
  });

  it('goes as it is where nobody signed it', () => {
    const { vault } = sealedVault();
    const bare = {
      method: 'GET',
      target: '/',
      headers: [['host', 'sts.amazonaws.com']] as const,
      bodyHash: null,
      now: 0,
    };
    expect(reseal(bare, vault)).toEqual({ kind: 'unsealed' });
    expect(reseal({ ...bare, headers: [['authorization', 'Bearer x']] }, vault)).toEqual({ kind: 'unsealed' });
  });
});

function with_(request: SignedRequest, name: string, value: string | ((old: string) => string)): SignedRequest {
  return {
    ...request,
    headers: request.headers.map(([key, old]) =>
      key.toLowerCase() === name ? [key, typeof value === 'string' ? value : value(old)] : [key, old],
    ),
  };
}
