import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { because } from '../../toolchain/provide.ts';
import { attachable, python } from './attached.ts';

describe.skipIf(python.missing !== null)(`what rolefence attach refuses, against moto${because(python)}`, () => {
  const { folder, layers, run, now, create } = attachable();

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
    '%s is refused, and none of the others that were named is changed',
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
