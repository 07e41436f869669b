import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BaselineError } from '../../../baseline/model/baseline-error.ts';
import { noSuch, StoreError } from '../../../baseline/store/key-value.ts';
import { approvedChecks } from '../../../cli/doctor/approved.ts';
import { deploymentChecks, type FunctionConfiguration } from '../../../cli/doctor/deployment.ts';
import { isolatedChecks } from '../../../cli/doctor/isolated.ts';
import { nodeVersion } from '../../../cli/doctor/machine.ts';
import { rolefence } from '../policy/rolefence.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('rolefence doctor on this machine', () => {
  it('finds everything in order where nothing is set', () => {
    const { code, stdout } = rolefence(['doctor', '--json']);
    expect(code).toBe(0);
    const { checks } = JSON.parse(stdout);
    expect(checks.map((one: { name: string; state: string }) => `${one.name} ${one.state}`)).toEqual([
      'Node.js ok',
      'Catalog ok',
      'Loopback ok',
      'Temporary folder ok',
      'Settings ok',
      'AWS credentials warn',
    ]);
  });

  it('fails where a setting, the baseline or the rules are broken', () => {
    writeFileSync(join(folder, 'rules.yaml'), 'rules: 7\n');
    const env = {
      ROLEFENCE_MODE: 'blok',
      ROLEFENCE_BASELINE: 'file:nowhere.json',
      ROLEFENCE_RULES: 'rules.yaml',
      ROLEFENCE_SINCS: 'log',
      AWS_PROFILE: 'me',
    };
    const { code, stdout } = rolefence(['doctor', '--json'], { cwd: folder, env });
    expect(code).toBe(1);
    const { checks } = JSON.parse(stdout);
    const failed = checks.filter((one: { state: string }) => one.state === 'fail');
    expect(failed.map((one: { name: string }) => one.name)).toEqual(['Settings', 'Baseline', 'Rules']);
    expect(failed[0].what).toContain('ROLEFENCE_MODE is "blok"');
    expect(failed[0].what).toContain('ROLEFENCE_SINCS is no setting (did you mean ROLEFENCE_SINKS?)');
    expect(failed[1].what).toContain('nowhere.json');
    for (const one of failed) expect(one.fix).toMatch(/\.$/);
  });

  it.each([
    ['20.18.0', 'fail'],
    ['20.18.1', 'ok'],
    ['18.20.4', 'fail'],
    ['24.1.0', 'ok'],
  ])('calls Node.js %s %s', (version, state) => {
    expect(nodeVersion(version).state).toBe(state);
  });
});

describe('rolefence doctor on a function', () => {
  const good: FunctionConfiguration = {
    FunctionName: 'resize',
    Runtime: 'nodejs24.x',
    PackageType: 'Zip',
    MemorySize: 256,
    Layers: [{ Arn: 'arn:aws:lambda:eu-west-1:111122223333:layer:rolefence-slim:3' }],
    Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/rolefence/wrapper' } },
  };
  const UNIVERSAL = { Arn: 'arn:aws:lambda:eu-west-1:111122223333:layer:rolefence-universal-x86_64:3' };
  const failing = (given: Partial<FunctionConfiguration>) =>
    deploymentChecks({ ...good, ...given })
      .filter(({ state }) => state !== 'ok')
      .map(({ name, state }) => `${name} ${state}`);
  const variables = (given: Record<string, string>) => ({
    Environment: { Variables: { ...good.Environment!.Variables, ...given } },
  });

  it('has nothing to say of a good one', () => {
    expect(failing({})).toEqual([]);
  });

  it.each<[string, Partial<FunctionConfiguration>, string[]]>([
    ['without the layer', { Layers: [] }, ['Layer fail']],
    ['without the wrapper', { Environment: undefined }, ['Wrapper fail']],
    ['with another wrapper', variables({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler' }), ['Wrapper fail']],
    ['on Amazon Linux 2', { Runtime: 'python3.11', Layers: [UNIVERSAL] }, ['Runtime fail']],
    ['on Amazon Linux 2, Java', { Runtime: 'java17', Layers: [UNIVERSAL] }, ['Runtime fail']],
    ['on Amazon Linux 2023', { Runtime: 'python3.12', Layers: [UNIVERSAL] }, []],
    ['with too little memory', { MemorySize: 128 }, ['Memory fail']],
    ['with less memory on purpose', { MemorySize: 128, ...variables({ ROLEFENCE_MIN_MEMORY: '128' }) }, []],
    ['with a broken setting', variables({ ROLEFENCE_ON_FAILURE: 'ajar' }), ['Settings fail']],
    ['with a file that is no path', variables({ ROLEFENCE_BASELINE: 'file:baselines/' }), ['Baseline fail']],
    [
      'that blocks without a baseline',
      { Layers: [UNIVERSAL], ...variables({ ROLEFENCE_MODE: 'block', ROLEFENCE_CREDENTIALS: 'sealed' }) },
      ['Baseline fail'],
    ],
    [
      'that blocks with shared keys',
      variables({
        ROLEFENCE_MODE: 'block',
        ROLEFENCE_BASELINE: 'file:/var/task/b.json',
        ROLEFENCE_CREDENTIALS: 'shared',
      }),
      ['Credentials warn'],
    ],
    ['that seals with the slim layer', variables({ ROLEFENCE_CREDENTIALS: 'sealed' }), ['Layer fail']],
    [
      'that seals with the universal layer',
      { Layers: [UNIVERSAL], ...variables({ ROLEFENCE_CREDENTIALS: 'sealed' }) },
      [],
    ],
    ['in Python with the slim layer', { Runtime: 'python3.13' }, ['Layer fail']],
    [
      'that seals where no wrapper runs',
      { Runtime: 'provided.al2023', Layers: [UNIVERSAL], ...variables({ ROLEFENCE_CREDENTIALS: 'sealed' }) },
      ['Wrapper warn', 'Credentials fail'],
    ],
    ['with a runtime of its own', { Runtime: 'provided.al2023', Layers: [UNIVERSAL] }, ['Wrapper warn']],
    ['with SnapStart', { SnapStart: { ApplyOn: 'PublishedVersions' } }, ['SnapStart warn']],
  ])('%s', (_what, given, expected) => {
    expect(failing(given)).toEqual(expected);
  });

  it.each([
    ['slim', good.Layers!, 'rolefence attach resize --sealed'],
    ['universal', [UNIVERSAL], 'ROLEFENCE_CREDENTIALS=sealed'],
  ])('says how keys are sealed with the %s layer', (_kind, Layers, way) => {
    const blocking = variables({ ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: 'file:/var/task/b.json' });
    const found = deploymentChecks({ ...good, Layers, ...blocking }).find(({ name }) => name === 'Credentials');
    expect(found).toMatchObject({ state: 'warn', fix: expect.stringContaining(way) });
  });

  describe('whose baseline is in a store', () => {
    const STORE = 'dynamodb://baselines';
    const named = (mode: string, more = {}) => ({
      ...good,
      ...variables({ ROLEFENCE_MODE: mode, ROLEFENCE_BASELINE: STORE, ...more }),
    });
    const turned = { from: '2026-11-26T07:40:00.000Z', by: 'ann', reason: 'ticket 7' };
    const ISOLATED = { format: 'rolefence.isolation/1', function: 'resize', ...turned };
    const closed = { ROLEFENCE_ON_FAILURE: 'closed' };
    const holding = (approved: () => unknown) => async () => ({ approved: async () => approved() as never });
    const throws = (error: Error) => () => {
      throw error;
    };
    const denied = throws(new StoreError(STORE, 'cannot be read', 'AccessDeniedException'));
    const missing = throws(new StoreError(STORE, 'cannot be read', noSuch('table', 'baselines', 'eu-west-1')));
    const unsigned = throws(new BaselineError('baseline-signature', 'it is not approved: it bears no signature'));

    it.each<[string, () => unknown, FunctionConfiguration, string, string]>([
      ['holds it', () => ({}), named('block'), 'ok', `approved in ${STORE}`],
      ['holds nothing, in alert mode', () => null, named('alert'), 'fail', 'in mode alert its calls go unjudged'],
      ['holds nothing', () => null, named('block'), 'fail', 'in mode block its calls go unjudged'],
      ['holds nothing, closed', () => null, named('block', closed), 'fail', 'all calls of the function are refused'],
      ['is not there', missing, named('block'), 'fail', 'there is no table baselines in eu-west-1'],
      ['holds what does not count', unsigned, named('block'), 'fail', 'bears no signature'],
      ['may not be read', denied, named('block'), 'warn', 'not known whether anything is approved'],
    ])('which %s', async (_what, approved, configuration, state, sentence) => {
      const [found, ...more] = await approvedChecks(configuration, holding(approved));
      expect(more).toEqual([]);
      expect(found).toMatchObject({ name: 'Baseline', state, what: expect.stringContaining(sentence) });
    });

    it('which holds it, signed with a key that is a file of the function', async () => {
      const configuration = named('block', { ROLEFENCE_BASELINE_KEY: 'file:/var/task/key.pem' });
      const [found] = await approvedChecks(
        configuration,
        holding(() => ({})),
      );
      expect(found).toMatchObject({ state: 'warn', what: expect.stringContaining('whether its signature holds') });
    });

    it.each([
      ['learn', async () => ISOLATED, 'fail', `isolated in ${STORE} since 2026-11-26T07:40:00.000Z (ann: ticket 7)`],
      ['block', async () => ISOLATED, 'fail', 'refuse every call and connection'],
      ['block', async () => denied(), 'warn', 'not known whether it is isolated'],
    ] as const)('shuts it in, in mode %s', async (mode, load, state, sentence) => {
      const at = async () => ({ isolation: () => ({ load }) as never });
      const found = await isolatedChecks(named(mode), at);
      expect(found).toMatchObject([{ name: 'Isolation', state, what: expect.stringContaining(sentence) }]);
    });

    it.each([async () => null, async () => missing(), async () => unsigned()])('does not shut it in', async (load) => {
      expect(await isolatedChecks(named('block'), async () => ({ isolation: () => ({ load }) as never }))).toEqual([]);
    });

    it('is not asked for in learn mode, nor for what a file says', async () => {
      expect(await approvedChecks(named('learn'), holding(missing))).toEqual([]);
      expect(await approvedChecks(named('block'), null)).toMatchObject([{ state: 'warn' }]);
    });
  });

  it('reads what the AWS CLI prints, and shows no variable of others', () => {
    const configuration = {
      ...good,
      Environment: { Variables: { ...good.Environment!.Variables, DB_PASSWORD: 'correct-horse' } },
    };
    const { code, stdout } = rolefence(['doctor', '--configuration', '-'], { input: JSON.stringify(configuration) });
    expect(code).toBe(0);
    expect(stdout).toContain('ok    Wrapper');
    expect(stdout).not.toContain('correct-horse');
  });

  it.each([
    [['doctor', 'resize'], 'resize is not expected here'],
    [['doctor', '--configuration', 'nowhere.json'], 'nowhere.json: no such file or folder'],
    [['doctor', '--configuration', '-'], 'standard input: not valid JSON'],
  ])('%j ends with exit code 2 and one line', (args, sentence) => {
    const { code, stderr } = rolefence(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
