import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readConfig as read } from '../../extension/config.ts';
import { problemText } from '../../extension/setting-problem.ts';

/** With its problems as the sensor logs them. */
function readConfig(given: Parameters<typeof read>[0]) {
  const { config, problems } = read(given);
  return { config, problems: problems.map(problemText) };
}

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
    ['ROLEFENCE_MODE', 'blok', 'expected learn, alert or block: '],
    ['ROLEFENCE_ON_FAILURE', 'shut', 'expected open or closed: '],
    ['ROLEFENCE_PORT', '70000', 'a whole number from 0 to 65535'],
    ['ROLEFENCE_BASELINE', 'ftp://x', 'none, file:/path'],
    ['ROLEFENCE_BASELINE', 'dynamodb://rb', 'dynamodb://table, whose name has 3 to 255 letters'],
    ['ROLEFENCE_CREDENTIALS', 'hidden', 'shared'],
    ['ROLEFENCE_LOG_LEVEL', 'loud', 'info, debug, warn or error'],
  ])('%s=%s is named with what was expected', (name, value, expected) => {
    const { problems } = readConfig({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).toContain(expected);
  });
  it.each([
    ['blok', undefined, 'block'],
    ['Blocking', undefined, 'block'],
    ['alrt', 'file:/x', 'alert'],
    ['lern', 's3://bucket/prefix', 'learn'],
    ['enforce', 'file:/x', 'block'],
    ['enforce', undefined, 'alert'],
    ['deny', undefined, 'alert'],
    ['prevent', 'none', 'alert'],
    ['block,alert', 's3://bucket', 'block'],
  ])('the mode %s with the baseline %s means %s', (word, baseline, mode) => {
    const { config, problems } = readConfig({ ROLEFENCE_MODE: word, ROLEFENCE_BASELINE: baseline });
    expect(config.mode).toBe(mode);
    expect(problems).toEqual([
      `ROLEFENCE_MODE is "${word.toLowerCase()}", expected learn, alert or block: ${mode} holds`,
    ]);
  });
  it('are named where they are none, with the one that was probably meant', () => {
    expect(
      readConfig({
        ROLEFENCE_BASLINE: 'x',
        ROLEFENCE_WEBHOOK_URI: 'y',
        ROLEFENCE_SURPRISE: 'z',
        ROLEFENCE_SENSOR_MODE: 'block',
        ROLEFENCE_TEST_MODE: 'block',
        ROLFENCE_MODE: 'block',
        ROLE_ARN: 'not ours',
        ROLLOUT: 'nor this',
      }).problems,
    ).toEqual([
      'ROLEFENCE_BASLINE is no setting (did you mean ROLEFENCE_BASELINE?): nothing reads it',
      'ROLEFENCE_WEBHOOK_URI is no setting (did you mean ROLEFENCE_WEBHOOK_URL?): nothing reads it',
      'ROLEFENCE_SURPRISE is no setting: nothing reads it',
      'ROLEFENCE_SENSOR_MODE is no setting: nothing reads it',
      'ROLEFENCE_TEST_MODE is no setting: nothing reads it',
      'ROLFENCE_MODE is no setting (did you mean ROLEFENCE_MODE?): nothing reads it',
    ]);
  });
  it.each(['ROLEFENCE_BASELINE_KEYS', 'ROLEFENCE_BASELINEKEY', 'ROLEFENCE_BASELINE_MNI'])(
    'takes no baseline where the name of what it must bear is misspelt: %s',
    (name) => {
      const { config, problems } = readConfig({
        ROLEFENCE_BASELINE: 'file:/var/task/b.json',
        [name]: '20261125190812',
      });
      expect(config).toMatchObject({ baseline: null, baselineBroken: true });
      expect(problems).toEqual([expect.stringContaining('there is no usable baseline')]);
    },
  );

  it('are none of theirs that the layer itself sets and reads', () => {
    const scripts = ['extensions/rolefence', 'rolefence/wrapper'].map((name) =>
      readFileSync(join(import.meta.dirname, '../../layer/opt', name), 'utf8'),
    );
    const variables = scripts.join('').match(/ROLEFENCE_[A-Z_]+/g)!;
    expect(readConfig(Object.fromEntries(variables.map((name) => [name, '']))).problems).toEqual([]);
  });
  it.each([undefined, 'learn', 'alert', 'block', 'blok'])(
    'mean what is not the default where they are none of its words, in mode %s too',
    (mode) => {
      const given = { ROLEFENCE_MODE: mode, ROLEFENCE_CREDENTIALS: 'seald', ROLEFENCE_ON_FAILURE: 'close' };
      const { config, problems } = readConfig(given);
      expect(config).toMatchObject({ credentials: 'sealed', onFailure: 'closed' });
      expect(problems.join('\n')).toMatch(/"close".*: closed holds\n.*"seald".*: sealed holds/);
      const empty = readConfig({ ...given, ROLEFENCE_CREDENTIALS: ' ', ROLEFENCE_ON_FAILURE: '' });
      expect(empty.config).toMatchObject({ credentials: 'shared', onFailure: 'open' });
    },
  );
  it('a broken setting never loosens block mode', () => {
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
