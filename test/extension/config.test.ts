import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../extension/config.ts';

describe('the settings', () => {
  it('are safe for production where nothing is set', () => {
    const { config, problems } = readConfig({});
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      mode: 'learn',
      baseline: null,
      onFailure: 'open',
      newVersion: 'block',
      port: 0,
      logLevel: 'info',
    });
  });
  it('are read whatever their case and the space around them', () => {
    expect(readConfig({ ROLEFENCE_MODE: ' Block ' }).config.mode).toBe('block');
  });
  it.each([
    ['ROLEFENCE_MODE', 'blok', 'learn, alert, block'],
    ['ROLEFENCE_ON_FAILURE', 'shut', 'open, closed'],
    ['ROLEFENCE_PORT', '70000', 'a whole number from 0 to 65535'],
    ['ROLEFENCE_BASELINE', 'ftp://x', 'none, file:/path'],
    ['ROLEFENCE_CREDENTIALS', 'hidden', 'shared'],
    ['ROLEFENCE_LOG_LEVEL', 'loud', 'info, debug, warn, error'],
  ])('%s=%s is named with what was expected', (name, value, expected) => {
    const { problems } = readConfig({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).toContain(expected);
  });
  it('a broken setting never loosens block mode', () => {
    expect(readConfig({ ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: 'clsed' }).config.onFailure).toBe('closed');
    expect(readConfig({ ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: 'flie:/x' }).config.baselineBroken).toBe(true);
    expect(
      readConfig({ ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: 'file:/x', ROLEFENCE_BASELINE_KEY: 'k' }).config,
    ).toMatchObject({ baseline: null, baselineBroken: true });
  });
  it('take the public key for baselines as PEM, as its content alone, or from a file', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const path = join(mkdtempSync(join(tmpdir(), 'rolefence-config-')), 'key.pem');
    writeFileSync(path, pem);
    const joined = pem.replaceAll('\n', '\\n');
    for (const value of [pem, joined, pem.split('\n')[1]!, `file:${path}`]) {
      const { config, problems } = readConfig({ ROLEFENCE_BASELINE_KEY: value });
      expect(problems).toEqual([]);
      expect(config.baselineKey?.equals(publicKey)).toBe(true);
    }
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
    for (const value of ['nonsense', 'file:/nowhere', rsa.toString()]) {
      const { config, problems } = readConfig({ ROLEFENCE_BASELINE: 'file:/x', ROLEFENCE_BASELINE_KEY: value });
      expect(config).toMatchObject({ baseline: null, baselineBroken: true, baselineKey: null });
      expect(problems).toHaveLength(1);
    }
  });
  it('never repeats a long value in full: it may be a secret in the wrong place', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    expect(readConfig({ ROLEFENCE_MODE: secret }).problems.join()).not.toContain(secret.toLowerCase());
  });
});
