import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, rolefence as run, testFolder } from './tool.ts';

const folder = testFolder();
const EXAMPLE = join(ROOT, 'examples/rules/rules.yaml');

describe('rolefence rules test', () => {
  it('tries the examples of a file', async () => {
    const { code, stdout, stderr } = await run(['rules', 'test', EXAMPLE]);
    expect(stderr).toBe('');
    expect(stdout).toContain('5 rules, 7 examples, all as expected');
    expect(code).toBe(0);
  });
  it('exits 1 where one comes out otherwise, and says how', async () => {
    const file = folder.write(
      'wrong.json',
      JSON.stringify({
        format: 'rolefence.rules/1',
        examples: [{ call: { action: 's3:GetObject', detector: 'resource' }, expect: 'allow' }],
      }),
    );
    const text = await run(['rules', 'test', file]);
    expect(text.code).toBe(1);
    expect(text.stdout).toContain('NOT SO  example 1: expected allow, got block (medium)');
    const json = await run(['rules', 'test', '--json', file]);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ failed: 1, examples: [{ expected: 'allow', got: 'block' }] });
  });
  it.each([
    ['format: x\n', 'bad.yaml:1: format: "rolefence.rules/1" was expected'],
    [
      'format: rolefence.rules/1\nrules:\n  - name: a\n    effect: alow\n    match: {action: x}\n',
      'bad.yaml:4: rules[0].effect: one of',
    ],
  ])('exits 2 for a fault, with one line that names file, line and field', async (content, expected) => {
    const { code, stdout, stderr } = await run(['rules', 'test', folder.write('bad.yaml', content)]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(expected);
  });
  it.each([
    [['rules'], 'test is missing'],
    [['rules', 'try'], 'rules has no command "try"'],
    [['rules', 'test'], 'a file is missing'],
    [['rules', 'test', '/nowhere'], '/nowhere: no such file'],
  ])('%j says what is wrong', async (args, expected) => {
    const { code, stderr } = await run(args);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });
  it('reads standard input', async () => {
    const { code, stdout } = await run(['rules', 'test', '-'], { input: 'format: rolefence.rules/1\n' });
    expect([code, stdout]).toEqual([0, '0 rules read; there are no examples\n']);
  });
});
