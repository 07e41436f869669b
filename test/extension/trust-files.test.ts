import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { javaTrustStore } from '../../extension/java-trust-store.ts';
import { createCertificateAuthority } from '../../extension/proxy/certificate-authority.ts';
import { trustBundle } from '../../extension/trust-bundle.ts';
import { hasJava, trustFiles, writeTrustFiles } from '../../extension/trust-files.ts';

const authority = createCertificateAuthority(new Date());
const NOW = new Date('2026-01-02T03:04:05Z');
const keytool = spawnSync('keytool', ['-help']).error === undefined;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rolefence-trust-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the Java trust store', () => {
  it('is the same for the same certificates and time', () => {
    expect(javaTrustStore(authority.certificatePem, NOW)).toEqual(javaTrustStore(authority.certificatePem, NOW));
  });

  it.skipIf(!keytool)(
    `holds every public root and ours, by keytool’s reading${keytool ? '' : ' (skipped: there is no keytool)'}`,
    () => {
      const store = join(folder, 'trust.jks');
      writeFileSync(store, javaTrustStore(trustBundle(authority.certificatePem, []), NOW));
      const list = (...more: string[]) =>
        spawnSync('keytool', ['-list', '-keystore', store, '-storepass', 'changeit', ...more], { encoding: 'utf8' });
      const listed = list();
      expect(listed.stdout).toContain(`contains ${rootCertificates.length + 1} entries`);
      expect(listed.stdout).toContain('trustedCertEntry');
      expect(listed.stdout).toContain(new X509Certificate(authority.certificatePem).fingerprint256);
      expect(list('-storetype', 'JKS').status).toBe(0);
    },
  );
});

describe('what clients of other languages trust by', () => {
  const files = () => trustFiles(join(folder, 'state'));

  it('is written for PHP as settings that name the bundle', () => {
    writeTrustFiles(files(), authority.certificatePem, false);
    const { bundle, phpFolder } = files();
    expect(readFileSync(join(phpFolder, 'rolefence.ini'), 'utf8')).toContain(`curl.cainfo = "${bundle}"`);
    expect(readFileSync(bundle, 'utf8')).toContain(authority.certificatePem.trim());
  });

  it('has a Java store only where there is a Java', () => {
    writeTrustFiles(files(), authority.certificatePem, false);
    expect(() => readFileSync(files().javaTrustStore)).toThrow();
    writeTrustFiles(files(), authority.certificatePem, true);
    expect(readFileSync(files().javaTrustStore).readUInt32BE(0)).toBe(0xfeedfeed);
  });

  it('finds a Java on the path or by JAVA_HOME', () => {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/java'), '');
    expect(hasJava({ PATH: join(folder, 'bin') })).toBe(false);
    chmodSync(join(folder, 'bin/java'), 0o755);
    expect(hasJava({ PATH: `/nowhere:${join(folder, 'bin')}` })).toBe(true);
    expect(hasJava({ JAVA_HOME: '/jdk' })).toBe(true);
    expect(hasJava({})).toBe(false);
  });
});
