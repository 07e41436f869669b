import { createPublicKey, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reseal } from '../../../extension/seal/reseal.ts';
import { Vault } from '../../../extension/seal/vault.ts';
import {
  canonicalRequest,
  type PathRule,
  type Scope,
  type Signable,
  sha256,
  stringToSign,
} from '../../../extension/sigv4/canonical.ts';
import { Signer } from '../../../extension/sigv4/signer.ts';
import { because, provide } from '../../toolchain/provide.ts';

const tools = provide('sigv4-suite');
const suite = join(tools.folders['sigv4-suite'] ?? '', 'suite');
/** Cases of the suite as such: the crate has two of its own beside them. */
const names = (kind: string) =>
  tools.missing === null
    ? readdirSync(join(suite, kind))
        .filter((name) => existsSync(join(suite, kind, name, 'context.json')))
        .sort()
    : ['none'];
/** In them the token joins after the signature was made; through the sensor it is always signed. */
const AFTER = ['post-sts-header-after'];

interface Vector {
  readonly scope: Scope;
  readonly rule: PathRule;
  readonly secret: string;
  readonly keyId: string;
  readonly token: string | null;
  /** Of the signed request, without the signature. */
  readonly signable: Signable;
  readonly body: string;
  file(name: string): string;
}

/** `header` or `query`: where the signature stands. Names are those of the suite's files. */
function vector(kind: 'v4' | 'v4a', name: string, place: 'header' | 'query'): Vector {
  const file = (ending: string) => readFileSync(join(suite, kind, name, ending), 'utf8');
  const context = JSON.parse(file('context.json'));
  // What the suite writes over several lines stands on one in HTTP.
  const [head = '', ...rest] = file(`${place}-signed-request.txt`).replace(/\r\n/g, '\n').split('\n\n');
  const [line = '', ...fields] = head.replace(/\n[ \t]+/g, ' ').split('\n');
  const [, method = '', target = ''] = /^(\S+) (.*) HTTP\/1\.1$/.exec(line)!;
  const at = target.indexOf('?');
  const query = at < 0 ? '' : target.slice(at + 1);
  const headers = fields
    .filter((f) => f !== '')
    .map((f) => [f.slice(0, f.indexOf(':')), f.slice(f.indexOf(':') + 1)] as const);
  const authorization = headers.find(([n]) => n === 'Authorization')?.[1] ?? '';
  const signed = (
    /SignedHeaders=([^,\s]+)/.exec(authorization)?.[1] ??
    decodeURIComponent(/X-Amz-SignedHeaders=([^&]*)/.exec(query)?.[1] ?? '')
  ).split(';');
  return {
    scope: {
      time: context.timestamp.replace(/[-:]/g, ''),
      region: kind === 'v4' ? context.region : null,
      service: context.service,
    },
    rule: context.normalize ? 'normalized' : 'encoded',
    secret: context.credentials.secret_access_key,
    keyId: context.credentials.access_key_id,
    token: context.credentials.token ?? null,
    body: rest.join('\n\n'),
    signable: {
      method,
      path: at < 0 ? target : target.slice(0, at),
      query: query
        .split('&')
        .filter(
          (pair) =>
            !pair.startsWith('X-Amz-Signature=') &&
            (context.omit_session_token !== true || place === 'header' || !pair.startsWith('X-Amz-Security-Token=')),
        )
        .join('&'),
      headers,
      signed,
      payload: sha256(context.sign_body ? rest.join('\n\n') : ''),
    },
    file,
  };
}

const PLACES = ['header', 'query'] as const;

describe.skipIf(tools.missing !== null)(`AWS's signing test suite${because(tools)}`, () => {
  it('has as many cases as it should', () => {
    expect(names('v4').length).toBeGreaterThanOrEqual(38);
    expect(names('v4a').length).toBeGreaterThanOrEqual(30);
  });

  for (const place of PLACES) {
    it.each(names('v4'))(`signs as AWS says, byte for byte: %s (${place})`, (name) => {
      const { signable, rule, scope, secret, file } = vector('v4', name, place);
      expect(canonicalRequest(signable, rule)).toBe(file(`${place}-canonical-request.txt`));
      expect(stringToSign(signable, rule, scope)).toBe(file(`${place}-string-to-sign.txt`));
      expect(new Signer(secret).sign(scope, stringToSign(signable, rule, scope))).toBe(file(`${place}-signature.txt`));
    });

    it.each(names('v4a'))(`signs for sets of regions as AWS says: %s (${place})`, (name) => {
      const { signable, rule, scope, secret, keyId, file } = vector('v4a', name, place);
      const text = stringToSign(signable, rule, scope);
      expect(canonicalRequest(signable, rule)).toBe(file(`${place}-canonical-request.txt`));
      expect(text).toBe(file(`${place}-string-to-sign.txt`));
      const signer = new Signer(secret, keyId);
      // The suite's own signature, made by another implementation, is taken; ours is taken by its public key.
      expect(signer.verifies(scope, text, file(`${place}-signature.txt`))).toBe(true);
      const { X, Y } = JSON.parse(file('public-key.json'));
      const point = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
      const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: point(X), y: point(Y) }, format: 'jwk' });
      expect(verify('sha256', Buffer.from(text), key, Buffer.from(signer.sign(scope, text), 'hex'))).toBe(true);
      expect(signer.verifies(scope, `${text} `, signer.sign(scope, text))).toBe(false);
    });
  }

  it.each(names('v4').filter((name) => !AFTER.includes(name)))(
    'is what a request of the suite leaves with when it comes with placeholders: %s',
    (name) => {
      const { signable, rule, scope, secret, keyId, token, body, file } = vector('v4', name, 'header');
      const vault = new Vault();
      const placeholder = vault.seal({ accessKeyId: keyId, secretAccessKey: secret, sessionToken: token }, null);
      const signed = token === null ? [...signable.signed, 'x-amz-security-token'].sort() : signable.signed;
      const headers = [
        ...signable.headers.filter(([n]) => !/^(?:authorization|x-amz-security-token)$/i.test(n)),
        ['X-Amz-Security-Token', placeholder.sessionToken!] as const,
      ];
      const signature = new Signer(placeholder.secretAccessKey).sign(
        scope,
        stringToSign({ ...signable, headers, signed }, rule, scope),
      );
      const authorization = `AWS4-HMAC-SHA256 Credential=${placeholder.accessKeyId}/${scope.time.slice(0, 8)}/us-east-1/service/aws4_request, SignedHeaders=${signed.join(';')}, Signature=${signature}`;
      const { path, query, method } = signable;
      const found = reseal(
        {
          method,
          target: query === '' ? path : `${path}?${query}`,
          headers: [...headers, ['Authorization', authorization]],
          bodyHash: signable.payload === sha256('') ? signable.payload : sha256(body),
          now: Date.UTC(2015, 7, 30, 12, 36),
        },
        vault,
      );
      expect(found).toMatchObject({ kind: 'sealed' });
      const real = found.kind === 'sealed' ? found.headers.find(([n]) => n === 'Authorization')![1] : '';
      expect(real).toContain(`Signature=${file('header-signature.txt')}`);
    },
  );
});
