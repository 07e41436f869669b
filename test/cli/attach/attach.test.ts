import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { because } from '../../toolchain/provide.ts';
import { attachable, python, WRAPPER } from './attached.ts';

describe.skipIf(python.missing !== null)(`rolefence attach and detach, against moto${because(python)}`, () => {
  const { folder, layers, run, json, now, create, publish, lambda } = attachable();

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

  it('tells of settings that its undo file leaves behind', async () => {
    const name = await create();
    run('attach', name, '--mode', 'learn', '--apply', '--undo', 'u.json');
    const { variables } = await now(name);
    const Variables = { ...variables, ROLEFENCE_CREDENTIALS: 'sealed', ROLEFENCE_RULES: 'r.yaml', TABLE: 'orders' };
    await lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables } }));
    const sentence = `function ${name} keeps ROLEFENCE_CREDENTIALS, ROLEFENCE_RULES, of which this file says nothing: rolefence detach ${name} takes them out`;
    expect(json('detach', '--from', 'u.json').left).toEqual([sentence]);
    expect(run('detach', '--from', 'u.json', '--apply').stdout).toContain(sentence);
    expect(run('detach', name).stdout).toContain('unset ROLEFENCE_CREDENTIALS, ROLEFENCE_RULES');
    run('detach', name, '--apply');
    expect((await now(name)).variables).toEqual({ TABLE: 'orders' });
    expect(run('detach', name).stdout).toContain('unchanged  nothing of ours is in it');
  });

  it('tells where functions would judge by nothing, once for all of them', async () => {
    const names = [await create(), await create()];
    const at = ['--mode', 'block', '--baseline', 'dynamodb://nowhere'];
    const plan = json('attach', ...names, ...at);
    const note = 'there is no table nowhere in eu-west-1): in mode block its calls go unjudged';
    expect(plan.functions.map((one: { state: string }) => one.state)).toEqual(['change', 'change']);
    for (const { notes } of plan.functions) expect(notes).toEqual([expect.stringContaining(note)]);
    const { stdout } = run('attach', ...names, ...at, '--set', 'ROLEFENCE_ON_FAILURE=closed');
    expect(stdout).toContain(`\n\n${names.join(', ')}: the baseline store dynamodb://nowhere cannot be read (`);
    expect(stdout).toContain('in mode block all calls of the function are refused\n\nNothing was changed.');
    expect(json('attach', names[0]!, '--mode', 'learn', ...at.slice(2)).functions[0].notes).toEqual([]);
  });

  it('leaves alone what somebody else has changed since, unless told to', async () => {
    const name = await create();
    run('attach', name, '--apply', '--undo', 'u.json');
    await lambda().send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Layers: [layers.own!] }));
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
    run('attach', name, '--mode', 'alert', '--baseline', 'file:/var/task/b.json', '--apply', '--undo', 'a4.json');
    const { code, stderr } = run('detach', '--from', 'u.json');
    expect(code).toBe(2);
    expect(stderr).toContain(`function ${name} was changed after u.json was written: first put back a4.json, which`);
    expect(run('detach', '--from', 'a4.json', '--apply').code).toBe(0);
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
});
