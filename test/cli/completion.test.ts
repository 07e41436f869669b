import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { has, ROOT, rolefence, testFolder } from './tool.ts';

const folder = testFolder();

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

  it('offers the commands of every command that has some, and what each of them takes', async () => {
    const offered = await Promise.all([
      words('respond', ''),
      words('policy', ''),
      words('baseline', 'break'),
      words('audit', '--format', ''),
      words('policy', 'recommend', '--format', 't'),
      words('policy', 'recommend', '--x'),
      words('respond', 'timeline', '--t'),
    ]);
    expect(offered).toEqual([
      ['revoke', 'isolate', 'restore', 'timeline'],
      ['recommend', 'diff'],
      ['break-glass'],
      ['table', 'json', 'sarif'],
      ['text', 'terraform'],
      ['--xray'],
      ['--to'],
    ]);
  });

  it('is no help with what was misspelt, but the error is', async () => {
    const said = async (...args: string[]) => (await rolefence(args)).stderr;
    expect(await said('polcy')).toContain('did you mean policy?');
    expect(await said('policy', 'dif')).toContain('did you mean diff?');
    expect(await said('respond', 'isolat', 'resize')).toContain('did you mean isolate?');
    expect(await said('audit', '--formt', 'json')).toContain('did you mean --format?');
  });

  it.skipIf(!has('bash'))('works in bash (needs bash)', () => {
    const script = `
      rolefence() { "${process.execPath}" cli/main.ts "$@"; }
      source <(rolefence completion bash)
      COMP_WORDS=(rolefence baseline ver); COMP_CWORD=2; _rolefence; echo "\${COMPREPLY[@]}"`;
    expect(execFileSync('bash', ['-c', script], { cwd: ROOT, encoding: 'utf8' })).toBe('verify\n');
  });

  it.skipIf(!has('fish'))('works in fish (needs fish)', () => {
    const script = `
      function rolefence; "${process.execPath}" cli/main.ts $argv; end
      rolefence completion fish | source
      complete -C 'rolefence baseline ver'`;
    const home = folder.at('fish');
    const env = { PATH: process.env.PATH ?? '', HOME: home, XDG_CONFIG_HOME: home };
    expect(execFileSync('fish', ['-c', script], { cwd: ROOT, encoding: 'utf8', env })).toBe('verify\n');
  });

  it.skipIf(!has('zsh'))('works in zsh (needs zsh)', () => {
    // Completion's own functions are there only at a prompt: what is handed to them is printed
    const script = `
      rolefence() { "${process.execPath}" cli/main.ts "$@" }
      compdef() { : }
      compadd() { shift; print -l -- $@ }
      source <(rolefence completion zsh)
      words=(rolefence baseline ver); CURRENT=3; _rolefence`;
    expect(execFileSync('zsh', ['-f', '-c', script], { cwd: ROOT, encoding: 'utf8' })).toBe('verify\n');
  });

  it.each(['zsh', 'fish'])('prints a script for %s that asks the tool', async (shell) => {
    const { code, stdout } = await rolefence(['completion', shell]);
    expect(code).toBe(0);
    expect(stdout).toContain('rolefence completion words --');
  });
});
