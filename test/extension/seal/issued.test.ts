import { existsSync } from 'node:fs';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { issuesCredentials, mayIssueCredentials } from '../../../extension/identify/credentials.ts';
import { sealIssued } from '../../../extension/seal/issued.ts';
import { Vault } from '../../../extension/seal/vault.ts';
import { issuingOperations, onTheWire, REAL_KEYS, textsOf, WHEEL } from './issuing.ts';

const isHere = existsSync(WHEEL);
const NOW = Date.UTC(2026, 2, 4);

describe.skipIf(!isHere)(
  `answers that carry a secret key${isHere ? '' : ' (skipped: botocore’s wheel is not in the cache)'}`,
  () => {
    const operations = isHere ? issuingOperations() : [];

    it('are known by their operations, every one of AWS’s models', () => {
      expect(operations.length).toBeGreaterThan(30);
      const missed = operations.filter(({ service, operation }) => !issuesCredentials(service, operation));
      expect(missed.map(({ service, operation }) => `${service} ${operation}`)).toEqual([]);
    });

    it('leave no real one behind, in every protocol that their service speaks', () => {
      let looked = 0;
      for (const { service, operation, protocols, answer } of operations) {
        for (const protocol of protocols) {
          const vault = new Vault();
          const wire = onTheWire(answer, protocol);
          expect(textsOf(wire, protocol)).toContain(REAL_KEYS.secretAccessKey);
          const sealed = sealIssued(wire, null, vault, NOW);
          expect(sealed, `${service} ${operation} ${protocol}`).not.toBeNull();
          const texts = textsOf(sealed!, protocol);
          for (const real of Object.values(REAL_KEYS)) expect(texts).not.toContain(real);
          const placeholder = vault.openReal(REAL_KEYS.accessKeyId)!.placeholder;
          expect(texts).toContain(placeholder.accessKeyId);
          expect(texts).toContain(placeholder.secretAccessKey);
          looked++;
        }
      }
      expect(looked).toBeGreaterThan(40);
    });
  },
);

const sts = (inner: string) =>
  Buffer.from(`<AssumeRoleResponse><AssumeRoleResult>${inner}</AssumeRoleResult></AssumeRoleResponse>`);
const KEYS =
  '<Credentials><AccessKeyId>ASIAREALKEY000000001</AccessKeyId><SecretAccessKey>Real/1</SecretAccessKey><SessionToken>RealToken</SessionToken><Expiration>2026-03-05T00:00:00Z</Expiration></Credentials>';

describe('an answer of an operation that issues credentials', () => {
  it.each([
    ['gzip', gzipSync],
    ['GZip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
  ])('is sealed where it comes in %s', (coding, compress) => {
    const sealed = sealIssued(compress(sts(KEYS)), coding, new Vault(), NOW)!;
    expect(sealed.toString()).toContain('<SecretAccessKey>');
    expect(sealed.toString()).not.toContain('Real');
  });

  it('is sealed however its texts are written', () => {
    const json = `{"RoleCredentials":{"accessKeyId":"ASIAREALKEY000000001","secret\\u0041ccessKey":"Real\\/\\u0031","sessionToken":"Real\\u0054oken","expiration":1772668800000}}`;
    const xml = KEYS.replace('Real/1', 'R&#101;al&#x2F;1')
      .replace('<Credentials>', '<sts:Credentials xmlns:sts="x">')
      .replace('</Credentials>', '</sts:Credentials>');
    for (const content of [Buffer.from(json), sts(xml)]) {
      const vault = new Vault();
      const sealed = sealIssued(content, null, vault, NOW)!.toString();
      const { real, placeholder } = vault.openReal('ASIAREALKEY000000001')!;
      expect(real).toEqual({
        accessKeyId: 'ASIAREALKEY000000001',
        secretAccessKey: 'Real/1',
        sessionToken: 'RealToken',
      });
      expect(sealed).toContain(placeholder.secretAccessKey);
      expect(sealed).not.toMatch(/Real|R&#101;al/);
    }
  });

  it('is sealed in every structure that has keys, and where they are said twice', () => {
    const jobs = [1, 2].map((n) => ({
      data: {
        artifactCredentials: {
          accessKeyId: `ASIAREALKEY00000000${n}`,
          secretAccessKey: `Real/${n}`,
          sessionToken: `RealToken${n}`,
        },
      },
      note: `Real/${n}`,
    }));
    const vault = new Vault();
    const sealed = sealIssued(Buffer.from(JSON.stringify({ jobs })), null, vault, NOW)!.toString();
    expect(sealed).not.toContain('Real');
    expect(vault.size).toBe(2);
  });

  it('goes on as it came where it has none', () => {
    for (const text of [
      '{"jobs":[]}',
      '',
      '<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>',
      '{"message":"Session token not found or invalid"}',
    ]) {
      expect(sealIssued(Buffer.from(text), null, new Vault(), NOW)?.toString()).toBe(text);
    }
  });

  it.each([
    ['a coding that is not known', gzipSync(sts(KEYS)), 'zstd'],
    ['two codings', gzipSync(gzipSync(sts(KEYS))), 'gzip, gzip'],
    ['a bomb', gzipSync(Buffer.alloc(1 << 22, 'a')), 'gzip'],
    ['a secret without its id', sts(KEYS.replace(/<AccessKeyId>.*<\/AccessKeyId>/, '')), null],
    [
      'a secret that stands there twice',
      sts(KEYS.replace('<SecretAccessKey>', '<SecretAccessKey>Real/2</SecretAccessKey><SecretAccessKey>')),
      null,
    ],
    [
      'two members of one name',
      Buffer.from('{"accessKeyId":"A","secretAccessKey":"Real/1","secretAccessKey":"Real/2"}'),
      null,
    ],
    ['a comment in it', sts(KEYS.replace('Real/1', 'Real<!-- x -->/1')), null],
    ['CDATA in it', sts(KEYS.replace('Real/1', '<![CDATA[Real/1]]>')), null],
    ['keys inside a text', Buffer.from(JSON.stringify({ body: '{"secretAccessKey":"Real/1"}' })), null],
    ['a form that is none of AWS’s', Buffer.from('secret_access_key=Real/1'), null],
    ['an end that is missing', sts(KEYS).subarray(0, -30), null],
    [
      'the secret in a longer text',
      Buffer.from('{"accessKeyId":"A","secretAccessKey":"Real/1","note":"it is Real/1"}'),
      null,
    ],
    [
      'CBOR that ends early',
      onTheWire({ c: { accessKeyId: 'A', secretAccessKey: 'Real/1' } }, 'cbor').subarray(0, 40),
      null,
    ],
  ])('is not handed on with %s', (_, content, coding) => {
    expect(sealIssued(content, coding, new Vault(), NOW)).toBeNull();
  });

  it('may be one whose request cannot be named with certainty', () => {
    expect(mayIssueCredentials('sts', '/')).toBe(true);
    expect(mayIssueCredentials('unknown', '/')).toBe(true);
    expect(mayIssueCredentials('s3', '/?session')).toBe(true);
    expect(mayIssueCredentials('s3', '/large.bin')).toBe(false);
    expect(mayIssueCredentials('dynamodb', '/')).toBe(false);
  });
});
