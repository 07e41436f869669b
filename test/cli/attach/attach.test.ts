import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetFunctionConfigurationCommand,
  PublishLayerVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { because, provide } from '../../toolchain/provide.ts';
import { rolefence } from '../policy/rolefence.ts';
import { type FunctionOptions, type LocalAccount, localAccount, packed } from '../respond/account.ts';
import { type LocalAws, startLocalAws } from '../respond/moto.ts';

/** Each command is a process of its own, and some tests run eight. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const python = provide('python');
const WRAPPER = '/opt/rolefence/wrapper';

describe.skipIf(python.missing !== null)(`rolefence attach and detach, against moto${because(python)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-attach-'));
  let aws: LocalAws;
  let account: LocalAccount;
  let lambda: LocalAccount['lambda'];
  let role = '';
  /** Layers by name. */
  const layers: Record<string, string> = {};
  let count = 0;

  const run = (...args: string[]) => rolefence(args, { cwd: folder, env: aws.env });
  const json = (...args: string[]) => {
    const { code, stdout, stderr } = run(...args, '--json');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  const now = async (name: string) => {
    const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return { layers: (found.Layers ?? []).map(({ Arn }) => Arn), variables: found.Environment?.Variables ?? {} };
  };
  async function publish(name: string, more: { runtimes?: string[]; architectures?: string[] } = {}): Promise<string> {
    const found = await lambda.send(
      new PublishLayerVersionCommand({
        LayerName: name,
        Content: { ZipFile: packed() },
        CompatibleRuntimes: (more.runtimes ?? []) as never,
        CompatibleArchitectures: (more.architectures ?? []) as never,
      }),
    );
    layers[name] = found.LayerVersionArn!;
    return found.LayerVersionArn!;
  }
  async function create({ name = `f${++count}`, ...given }: FunctionOptions & { name?: string } = {}): Promise<string> {
    await account.function(name, role, given);
    return name;
  }

  beforeAll(async () => {
    aws = await startLocalAws(python.folders.python);
    account = localAccount({ endpoint: aws.endpoint });
    ({ lambda } = account);
    role = await account.role('workers');
    await publish('rolefence-slim', { runtimes: ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'] });
    await publish('rolefence-universal-x86_64', { architectures: ['x86_64'] });
    await publish('rolefence-universal-arm64', { architectures: ['arm64'] });
    for (const name of ['own', 'other', 'third', 'fourth', 'fifth']) await publish(name);
  });

  afterAll(async () => {
    account?.close();
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  });

  it('shows what it would do and does nothing without --apply', async () => {
    const name = await create({ layers: [layers.own!], variables: { TABLE: 'orders' } });
    const before = await now(name);
    const { code, stdout } = run('attach', name, '--mode', 'learn');
    expect(code).toBe(0);
    expect(stdout).toContain('What would be done, 1 to change:');
    expect(stdout).toContain('add layer rolefence-slim:1; set AWS_LAMBDA_EXEC_WRAPPER, ROLEFENCE_MODE');
    expect(stdout).toContain('Nothing was changed. Add --apply to attach.');
    expect(await now(name)).toEqual(before);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('adds layer and variables behind what the function has, and does nothing the second time', async () => {
    const name = await create({ layers: [layers.own!, layers.other!], variables: { TABLE: 'orders' } });
    const before = await now(name);
    const done = json(
      'attach',
      name,
      '--mode',
      'block',
      '--baseline',
      'file:/var/task/rolefence.json',
      '--apply',
      '--undo',
      'u.json',
    );
    expect(done).toMatchObject({
      applied: true,
      undo: 'u.json',
      functions: [{ function: name, runtime: 'nodejs22.x', architecture: 'x86_64', state: 'change', reason: null }],
    });
    const after = await now(name);
    expect(after).toEqual({
      layers: [...before.layers, layers['rolefence-slim']],
      variables: {
        TABLE: 'orders',
        AWS_LAMBDA_EXEC_WRAPPER: WRAPPER,
        ROLEFENCE_MODE: 'block',
        ROLEFENCE_BASELINE: 'file:/var/task/rolefence.json',
      },
    });
    expect(statSync(join(folder, 'u.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'u.json'), 'utf8')).not.toContain('orders');
    expect(json('attach', name, '--apply', '--undo', 'v.json')).toMatchObject({ applied: false, undo: null });
    expect(existsSync(join(folder, 'v.json'))).toBe(false);
    expect(await now(name)).toEqual(after);

    expect(run('detach', name, '--apply', '--undo', 'w.json').code).toBe(0);
    expect(await now(name)).toEqual(before);
    expect(run('detach', '--from', 'w.json', '--apply').code).toBe(0);
    expect(await now(name)).toEqual(after);
  });

  it('is undone exactly by its undo file, settings that were there before among them', async () => {
    const variables = {
      ROLEFENCE_LOG_LEVEL: 'debug',
      ROLEFENCE_MODE: 'learn',
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel-handler',
    };
    const name = await create({ layers: [layers.own!], variables });
    const before = await now(name);
    expect(
      run('attach', name, '--mode', 'learn', '--set', 'ROLEFENCE_LOG_LEVEL=info', '--apply', '--undo', 'u.json').code,
    ).toBe(0);
    expect((await now(name)).variables).toEqual({
      ROLEFENCE_LOG_LEVEL: 'info',
      ROLEFENCE_MODE: 'learn',
      ROLEFENCE_NEXT_WRAPPER: '/opt/otel-handler',
      AWS_LAMBDA_EXEC_WRAPPER: WRAPPER,
    });
    expect(run('detach', '--from', 'u.json').stdout).toContain('Nothing was changed.');
    expect(run('detach', '--from', 'u.json', '--apply').code).toBe(0);
    expect(await now(name)).toEqual(before);
    expect(run('detach', '--from', 'u.json', '--apply').stdout).toContain('Nothing to do');
  });

  it('lets another product’s wrapper run after ours, and gives it its place back', async () => {
    const name = await create({ variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/datadog_wrapper', DD_SITE: 'x' } });
    run('attach', name, '--apply');
    expect((await now(name)).variables).toEqual({
      AWS_LAMBDA_EXEC_WRAPPER: WRAPPER,
      ROLEFENCE_NEXT_WRAPPER: '/opt/datadog_wrapper',
      DD_SITE: 'x',
    });
    run('detach', name, '--apply');
    expect((await now(name)).variables).toEqual({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/datadog_wrapper', DD_SITE: 'x' });
  });

  it('leaves alone what somebody else has changed since, unless told to', async () => {
    const name = await create();
    run('attach', name, '--apply', '--undo', 'u.json');
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Layers: [layers.own!] }));
    const { code, stderr } = run('detach', '--from', 'u.json', '--apply');
    expect(code).toBe(2);
    expect(stderr).toBe(
      `rolefence detach: function ${name} was changed after u.json was written: rolefence detach ${name} takes out all that is ours; --force does it all the same: function ${name}: remove layer own:1; unset AWS_LAMBDA_EXEC_WRAPPER\n`,
    );
    expect((await now(name)).layers).toEqual([layers.own]);
    expect(run('detach', '--from', 'u.json', '--force', '--apply').code).toBe(0);
    expect(await now(name)).toEqual({ layers: [], variables: {} });
  });

  it('names the undo file of a later attach as the one to put back first', async () => {
    const name = await create();
    run('attach', name, '--mode', 'learn', '--apply', '--undo', 'u.json');
    run('attach', name, '--mode', 'alert', '--baseline', 'file:/var/task/b.json', '--apply');
    const [newer] = readdirSync(folder).filter((one) => one.startsWith('rolefence-undo-'));
    const { code, stderr } = run('detach', '--from', 'u.json');
    expect(code).toBe(2);
    expect(stderr).toContain(`function ${name} was changed after u.json was written: first put back ${newer}, which`);
    expect(run('detach', '--from', newer!, '--apply').code).toBe(0);
    expect(run('detach', '--from', 'u.json', '--apply').code).toBe(0);
    expect(await now(name)).toEqual({ layers: [], variables: {} });
  });

  it('brings other runtimes the layer with a Node of its own, for their architecture', async () => {
    const python = await create({ runtime: 'python3.13' });
    const arm = await create({ runtime: 'java21', architecture: 'arm64' });
    const sealed = await create();
    run('attach', python, arm, '--apply');
    expect((await now(python)).layers).toEqual([layers['rolefence-universal-x86_64']]);
    expect((await now(arm)).layers).toEqual([layers['rolefence-universal-arm64']]);
    run('attach', sealed, '--sealed', '--apply');
    expect(await now(sealed)).toMatchObject({
      layers: [layers['rolefence-universal-x86_64']],
      variables: { ROLEFENCE_CREDENTIALS: 'sealed' },
    });
  });

  it('sets by hand what the wrapper would, where Lambda runs none', async () => {
    const name = await create({ runtime: 'provided.al2023', variables: { TABLE: 'orders' } });
    run('attach', name, '--apply');
    expect((await now(name)).variables).toEqual({
      TABLE: 'orders',
      ROLEFENCE_PORT: '8899',
      ROLEFENCE_CA_FILE: '/tmp/rolefence/bundle.pem',
      HTTPS_PROXY: 'http://127.0.0.1:8899',
      https_proxy: 'http://127.0.0.1:8899',
      NO_PROXY: '127.0.0.1,localhost,169.254.0.0/16,sandbox.localdomain',
      SSL_CERT_FILE: '/tmp/rolefence/bundle.pem',
      AWS_CA_BUNDLE: '/tmp/rolefence/bundle.pem',
    });
    run('detach', name, '--apply');
    expect(await now(name)).toEqual({ layers: [], variables: { TABLE: 'orders' } });
  });

  it('puts a newer version of the layer in the place of the older', async () => {
    const older = layers['rolefence-universal-x86_64']!;
    const name = await create({ runtime: 'python3.13', layers: [layers.own!, older, layers.other!] });
    const newer = await publish('rolefence-universal-x86_64', { architectures: ['x86_64'] });
    run('attach', name, '--apply');
    expect((await now(name)).layers).toEqual([layers.own, newer, layers.other]);
  });

  it('is told by doctor, with the store that it names', async () => {
    const name = await create();
    run('attach', name, '--mode', 'block', '--baseline', 'dynamodb://nowhere', '--apply');
    const { code, stdout } = run('doctor', '--function', name, '--json');
    expect(code).toBe(1);
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; what: string }[] };
    expect(checks.filter(({ state }) => state !== 'ok').map((one) => `${one.name} ${one.state}`)).toEqual([
      'Credentials warn',
      'Baseline fail',
    ]);
    expect(checks.at(-1)!.what).toContain('there is no table nowhere in eu-west-1');
  });

  it('takes the first of the layers named that fits, under whatever name', async () => {
    const mine = await publish('watcher', { architectures: ['arm64'] });
    const x86 = await publish('watcher-x86', { architectures: ['x86_64'] });
    const name = await create({ runtime: 'python3.13' });
    run('attach', name, '--layer-arn', mine, '--layer-arn', x86, '--apply');
    expect((await now(name)).layers).toEqual([x86]);
    run('detach', name, '--layer-arn', x86, '--apply');
    expect(await now(name)).toEqual({ layers: [], variables: {} });
  });

  it('takes many by tag or all by a pattern, and leaves out those in which it cannot work', async () => {
    const tags = { team: 'photos' };
    await create({ name: 'tagged-a', tags });
    await create({ name: 'tagged-b', tags, runtime: 'python3.9' });
    await create({ name: 'tagged-c', tags: { team: 'mail' } });
    expect(run('attach', '--tag', 'team=photos').stdout).toContain('What would be done, 1 to change, 1 refused:');
    const plan = json('attach', '--tag', 'team=photos');
    expect(plan.functions.map((one: { function: string; state: string }) => [one.function, one.state])).toEqual([
      ['tagged-a', 'change'],
      ['tagged-b', 'refused'],
    ]);
    expect(plan.functions[1].reason).toContain('Amazon Linux 2');
    const done = json('attach', '--all', '--match', 'tagged-*', '--apply', '--undo', 'many.json');
    expect(done.functions.map((one: { state: string }) => one.state)).toEqual(['change', 'refused', 'change']);
    expect((await now('tagged-c')).variables).toEqual({ AWS_LAMBDA_EXEC_WRAPPER: WRAPPER });
    expect(await now('tagged-b')).toEqual({ layers: [], variables: {} });
    expect(run('detach', '--from', 'many.json', '--apply').code).toBe(0);
    for (const name of ['tagged-a', 'tagged-c']) expect(await now(name)).toEqual({ layers: [], variables: {} });
  });

  it.each([
    ['an Amazon Linux 2 runtime', { runtime: 'python3.11' }, [], 'its runtime python3.11 is on Amazon Linux 2'],
    ['too little memory', { memory: 128 }, [], 'it has 128 MB of memory, and the sensor needs 192'],
    ['4 KB of variables', { variables: { BIG: 'x'.repeat(4_040) } }, [], 'its variables would take 4101 bytes'],
    ['five layers', { five: true }, [], 'it would have 6 layers, and Lambda takes 5'],
    [
      'a second wrapper besides another',
      { variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/a', ROLEFENCE_NEXT_WRAPPER: '/opt/b' } },
      [],
      'ROLEFENCE_NEXT_WRAPPER names another one',
    ],
    [
      'a proxy of its own where no wrapper runs',
      { runtime: 'provided.al2023', variables: { HTTPS_PROXY: 'http://p:1' } },
      [],
      'it has HTTPS_PROXY already',
    ],
    ['sealing where no wrapper runs', { runtime: 'provided.al2023' }, ['--sealed'], 'its credentials cannot be sealed'],
    ['block mode without a baseline', {}, ['--mode', 'block'], 'mode block needs a baseline'],
    ['a setting that says nothing', {}, ['--set', 'ROLEFENCE_ON_FAILURE=ajar'], 'ROLEFENCE_ON_FAILURE is "ajar"'],
    [
      'a layer for another architecture',
      { architecture: 'arm64', runtime: 'python3.13' },
      ['--layer-arn', 'X86'],
      'is for x86_64, the function runs on arm64',
    ],
    [
      'a layer without Node where none is',
      { runtime: 'python3.13' },
      ['--layer-arn', 'SLIM'],
      'the slim layer brings no Node.js',
    ],
  ])(
    'refuses %s, and changes none of the others that were named',
    async (_, { five, ...options }: Record<string, unknown>, args: string[], sentence) => {
      const bad = await create({
        ...options,
        ...(five === true ? { layers: ['own', 'other', 'third', 'fourth', 'fifth'].map((name) => layers[name]!) } : {}),
      });
      const good = await create();
      const before = [await now(bad), await now(good)];
      const known: Record<string, string> = {
        X86: layers['rolefence-universal-x86_64']!,
        SLIM: layers['rolefence-slim']!,
      };
      const { code, stderr, stdout } = run('attach', bad, good, ...args.map((one) => known[one] ?? one), '--apply');
      expect(stdout).toBe('');
      expect(stderr).toContain(sentence);
      expect(stderr).toContain('nothing was changed');
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(code).toBe(2);
      expect([await now(bad), await now(good)]).toEqual(before);
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it.each([
    [['attach'], 'FUNCTION, --tag or --all is missing'],
    [['attach', 'a', '--all'], 'one of them'],
    [['attach', 'nobody'], 'function nobody cannot be read: there is none of that name in this account and region'],
    [['attach', '--all', '--match', 'nothing-*'], 'no function is like that'],
    [['attach', 'a', '--mode', 'watch'], '--mode must be learn, alert or block'],
    [['attach', 'a', '--set', 'TABLE=x'], '--set must be ROLEFENCE_NAME=VALUE'],
    [
      ['attach', 'a', '--set', 'ROLEFENCE_BASLINE=x'],
      '--set: ROLEFENCE_BASLINE is no setting (did you mean ROLEFENCE_BASELINE?)',
    ],
    [['attach', 'a', '--layer-arn', 'rolefence'], '--layer-arn must be the ARN of a layer version'],
    [['detach', '--from', 'none.json'], 'none.json: no such file or folder'],
    [['detach', 'a', '--from', 'none.json'], '--from names all that is put back'],
  ])('%j ends with exit code 2 and one line', (args, sentence) => {
    const { code, stderr } = run(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
