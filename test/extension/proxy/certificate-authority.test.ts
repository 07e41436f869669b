import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, TLSSocket } from 'node:tls';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';

const now = new Date();
const authority = createCertificateAuthority(now);
const hosts = [
  's3.amazonaws.com',
  'my.bucket.with.dots.s3.eu-west-1.amazonaws.com',
  `${'a'.repeat(63)}.s3.us-east-1.amazonaws.com`,
];

describe('a certificate authority of one environment', () => {
  it.each(hosts)('makes a leaf for %s that a strict verifier accepts', (host) => {
    const folder = mkdtempSync(join(tmpdir(), 'rolefence-ca-'));
    try {
      writeFileSync(join(folder, 'ca.pem'), authority.certificatePem);
      writeFileSync(join(folder, 'leaf.pem'), authority.leafFor(host).certificatePem);
      const said = execFileSync(
        'openssl',
        ['verify', '-x509_strict', '-CAfile', 'ca.pem', '-purpose', 'sslserver', '-verify_hostname', host, 'leaf.pem'],
        { cwd: folder, env: { PATH: process.env.PATH ?? '' }, encoding: 'utf8' },
      );
      expect(said).toContain('leaf.pem: OK');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads the same to an independent library', async () => {
    const ca = new x509.X509Certificate(authority.certificatePem);
    const leaf = new x509.X509Certificate(authority.leafFor(hosts[0] as string).certificatePem);
    expect(await leaf.verify({ publicKey: ca, date: now })).toBe(true);
    expect(await ca.isSelfSigned()).toBe(true);
    expect(leaf.getExtension(x509.SubjectAlternativeNameExtension)?.names.toJSON()).toEqual([
      { type: 'dns', value: 's3.amazonaws.com' },
    ]);
    const basic = ca.getExtension(x509.BasicConstraintsExtension);
    expect([basic?.ca, basic?.critical]).toEqual([true, true]);
    const keyId = ca.getExtension(x509.SubjectKeyIdentifierExtension)?.keyId;
    expect(leaf.getExtension(x509.AuthorityKeyIdentifierExtension)?.keyId).toBe(keyId);
    expect(leaf.getExtension(x509.ExtendedKeyUsageExtension)?.usages).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  async function agreedWith(offer: ConnectionOptions): Promise<{ group: unknown; suite: string }> {
    const server = createServer((raw) => {
      new TLSSocket(raw, { isServer: true, secureContext: authority.contextFor('a.amazonaws.com') }).on(
        'error',
        () => {},
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const trust = { host: '127.0.0.1', port, servername: 'a.amazonaws.com', ca: authority.certificatePem };
    const client = connect({ ...trust, ...offer });
    try {
      await once(client, 'secureConnect');
      return { group: client.getEphemeralKeyInfo(), suite: client.getCipher().standardName };
    } finally {
      client.destroy();
      server.close();
    }
  }

  it.each([
    { offered: undefined, agreed: 'X25519' },
    { offered: 'X25519MLKEM768:X25519', agreed: 'X25519' },
    { offered: 'X25519MLKEM768', agreed: 'X25519MLKEM768' },
    { offered: 'P-384', agreed: 'secp384r1' },
  ])('agrees on $agreed with a client that offers $offered', async ({ offered, agreed }) => {
    const { group } = await agreedWith(offered === undefined ? {} : { ecdhCurve: offered });
    expect(group).toMatchObject({ name: agreed });
  });

  it.each([
    { offer: {}, agreed: 'TLS_AES_128_GCM_SHA256' },
    { offer: { ciphers: 'TLS_AES_256_GCM_SHA384' }, agreed: 'TLS_AES_256_GCM_SHA384' },
    { offer: { ciphers: 'TLS_CHACHA20_POLY1305_SHA256' }, agreed: 'TLS_CHACHA20_POLY1305_SHA256' },
    { offer: { maxVersion: 'TLSv1.2' }, agreed: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' },
    {
      offer: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
      agreed: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
    },
  ] as const)('agrees on $agreed with a client that offers $offer', async ({ offer, agreed }) => {
    expect((await agreedWith(offer)).suite).toBe(agreed);
  });

  it('dates certificates back, for clients whose clock runs behind', () => {
    const leaf = new X509Certificate(authority.leafFor('s3.amazonaws.com').certificatePem);
    expect(Date.parse(leaf.validFrom)).toBeLessThanOrEqual(now.getTime() - 86_000_000);
    expect(Date.parse(leaf.validTo)).toBeGreaterThan(now.getTime() + 7 * 86_400_000);
  });

  it('keeps a context and gives each certificate a serial of its own', () => {
    expect(authority.contextFor('a.amazonaws.com')).toBe(authority.contextFor('a.amazonaws.com'));
    const serials = [1, 2].map(
      () => new X509Certificate(authority.leafFor('b.amazonaws.com').certificatePem).serialNumber,
    );
    expect(serials[0]).not.toBe(serials[1]);
  });
});
