import { SignatureV4a } from '@smithy/signature-v4a';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reseal } from '../../../extension/seal/reseal.ts';
import type { SignedRequest } from '../../../extension/seal/signed-request.ts';
import { Vault } from '../../../extension/seal/vault.ts';
import { stringToSign } from '../../../extension/sigv4/canonical.ts';
import { type Credentials, Signer } from '../../../extension/sigv4/signer.ts';
import { Sha256 } from '../sdk-hash.ts';
import { REAL } from '../seal/sealed-sensor.ts';

const NOW = new Date('2026-03-04T05:06:07Z');
const SCOPE = { time: '20260304T050607Z', region: null, service: 's3' };
const MRAP = 'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com';

/** As the SDK signs for a multi-region access point. */
async function signed(credentials: Credentials, path: string): Promise<SignedRequest> {
  const signer = new SignatureV4a({
    service: 's3',
    region: '*',
    credentials: { ...credentials, sessionToken: credentials.sessionToken ?? undefined } as never,
    sha256: Sha256 as never,
    uriEscapePath: false,
  } as never);
  const request = { method: 'GET', protocol: 'https:', hostname: MRAP, path, query: {}, headers: { host: MRAP } };
  const { headers } = (await signer.sign(request as never, { signingDate: NOW })) as unknown as {
    headers: Record<string, string>;
  };
  return { method: 'GET', target: path, headers: Object.entries(headers), bodyHash: null, now: NOW.getTime() };
}

describe('SigV4A', () => {
  it('derives the keys that the SDK derives: what it signs is taken', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[A-Z0-9]{16,24}$/),
        fc.string({ minLength: 16, maxLength: 60 }),
        async (accessKeyId, secretAccessKey) => {
          const vault = new Vault();
          const real = { accessKeyId, secretAccessKey, sessionToken: null };
          const request = await signed(real, '/a');
          const names = /SignedHeaders=([^,]+)/.exec(headerOf(request, 'authorization'))![1]!.split(';');
          const text = stringToSign(
            {
              method: 'GET',
              path: '/a',
              query: '',
              headers: request.headers,
              signed: names,
              payload: headerOf(request, 'x-amz-content-sha256'),
            },
            'as-is',
            SCOPE,
          );
          expect(
            new Signer(secretAccessKey, accessKeyId).verifies(
              SCOPE,
              text,
              /Signature=(\w+)/.exec(headerOf(request, 'authorization'))![1]!,
            ),
          ).toBe(true);
          expect(vault.size).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(['/', '/summer%20days/1.jpg', '/a/b%281%29%27.txt'])(
    'is signed anew for %s: what leaves verifies with the real keys',
    async (path) => {
      const vault = new Vault();
      const request = await signed(vault.seal(REAL, null), path);
      const found = reseal(request, vault);
      if (found.kind !== 'sealed') throw new Error(JSON.stringify(found));
      const authorization = found.headers.find(([n]) => n.toLowerCase() === 'authorization')![1];
      expect(authorization).toContain(
        `AWS4-ECDSA-P256-SHA256 Credential=${REAL.accessKeyId}/20260304/s3/aws4_request, `,
      );
      const [, names = '', signature = ''] = /SignedHeaders=([^,]+), Signature=(\w+)/.exec(authorization)!;
      const { headers } = found;
      expect(Object.fromEntries(headers)['x-amz-security-token']).toBe(REAL.sessionToken);
      const payload = headers.find(([n]) => n === 'x-amz-content-sha256')![1];
      const text = stringToSign(
        { method: 'GET', path, query: '', headers, signed: names.split(';'), payload },
        'as-is',
        SCOPE,
      );
      expect(new Signer(REAL.secretAccessKey, REAL.accessKeyId).verifies(SCOPE, text, signature)).toBe(true);
    },
  );

  it('is refused where anything of it was changed, and where its chunks are signed', async () => {
    const vault = new Vault();
    const request = await signed(vault.seal(REAL, null), '/a');
    const change = (name: string, value: string): SignedRequest => ({
      ...request,
      headers: request.headers.map(([n, v]) => [n, n.toLowerCase() === name ? value : v]),
    });
    for (const changed of [
      { ...request, target: '/b' },
      change('x-amz-region-set', 'us-east-1'),
      change('host', 'other.example'),
      { ...request, now: 0 },
    ]) {
      expect(reseal(changed, vault)).toMatchObject({ kind: 'refused' });
    }
    expect(reseal(change('x-amz-content-sha256', 'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD'), vault)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('chunks are signed by SigV4A'),
    });
    const mixed = headerOf(request, 'authorization').replace('ECDSA-P256', 'HMAC');
    expect(reseal(change('authorization', mixed), vault)).toMatchObject({ kind: 'refused' });
  });
});

function headerOf(request: SignedRequest, name: string): string {
  return request.headers.find(([n]) => n.toLowerCase() === name)?.[1] ?? '';
}
