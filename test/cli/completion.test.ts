import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { has, ROOT, rolefence } from './tool.ts';

const words = async (...typed: string[]) =>
  (await rolefence(['completion', 'words', '--', ...typed])).stdout.split('\n').filter((word) => word !== '');

describe('rolefence completion', () => {
  it('offers commands, commands of commands, options, values of options, and nothing after --', async () => {
    const offered = await Promise.all([
      words('re'),
      words('baseline', 'a'),
      words('replay', '--f'),
      words('run', '--mode', ''),
      words('run', '--', 'l'),
      words('learn', 'x'),
      words('nothing', ''),
    ]);
    expect(offered[0]).toEqual(expect.arrayContaining(['replay']));
    expect(offered[1]).toEqual(expect.arrayContaining(['approve']));
    expect(offered.slice(2)).toEqual([['--format', '--function'], ['learn', 'alert', 'block'], [], [], []]);
  });

  it.skipIf(!has('bash'))('works in bash (needs bash)', () => {
    const script = `
      rolefence() { "${process.execPath}" cli/main.ts "$@"; }
      source <(rolefence completion bash)
      COMP_WORDS=(rolefence baseline ver); COMP_CWORD=2; _rolefence; echo "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', script], { cwd: ROOT, encoding: 'utf8' })).toBe('verify\n');
  });

  it.each(['zsh', 'fish'])('prints a script for %s that asks the tool', async (shell) => {
    const { code, stdout } = await rolefence(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('rolefence completion words --');
  });
});
