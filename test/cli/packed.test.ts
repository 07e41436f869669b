import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { jsonl, ordinary } from './calls.ts';
import { ROOT, rolefence, testFolder } from './tool.ts';

const folder = testFolder();
const RULES = readFileSync(join(ROOT, 'examples/rules/rules.yaml'));
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
});
const UNDO = JSON.stringify({
  format: 'rolefence.undo/1',
  made: '2026-01-01T00:00:00.000Z',
  command: 'attach',
  changes: [],
});
const CONFIGURATION = JSON.stringify({ FunctionName: 'resize', Runtime: 'nodejs22.x', Architectures: ['x86_64'] });

beforeAll(async () => {
  const calls = folder.write('calls.jsonl', jsonl(ordinary(20)));
  await rolefence(['learn', '--out', folder.at('b.json'), calls]);
});

/** A file whose name says nothing. */
const both = (content: string | Uint8Array) => ({
  plain: folder.write('plain.txt', content),
  packed: folder.write('packed.txt', gzipSync(content)),
});

describe('a file that is packed', () => {
  it.each<[string, () => string | Uint8Array, (file: string) => string[]]>([
    ['rules test', () => RULES, (file) => ['rules', 'test', '--json', file]],
    [
      'replay --rules',
      () => RULES,
      (file) => ['replay', '--baseline', folder.at('b.json'), '--rules', file, folder.at('calls.jsonl')],
    ],
    ['audit', () => POLICY, (file) => ['audit', '--format', 'json', file]],
    ['respond restore', () => UNDO, (file) => ['respond', 'restore', file]],
    ['detach --from', () => UNDO, (file) => ['detach', '--from', file]],
    [
      'policy diff --file',
      () => POLICY,
      (file) => ['policy', 'diff', '--json', '--file', file, '--baseline', folder.at('b.json')],
    ],
    ['doctor --configuration', () => CONFIGURATION, (file) => ['doctor', '--json', '--configuration', file]],
    ['baseline show', () => folder.read('b.json'), (file) => ['baseline', 'show', file]],
    [
      'replay --baseline',
      () => folder.read('b.json'),
      (file) => ['replay', '--baseline', file, folder.at('calls.jsonl')],
    ],
    [
      'run --baseline',
      () => folder.read('b.json'),
      (file) => ['run', '--mode', 'alert', '--baseline', file, '--', 'true'],
    ],
  ])('says to %s what it says unpacked, whatever its name', async (_, content, command) => {
    const { plain, packed } = both(content());
    const [one, other] = await Promise.all([rolefence(command(plain)), rolefence(command(packed))]);
    const named = (text: string) => text.replaceAll(packed, plain).replaceAll(/on \S+:\d+/g, 'on port');
    expect({ ...other, stdout: named(other.stdout), stderr: named(other.stderr) }).toEqual({
      ...one,
      stderr: named(one.stderr),
    });
    expect(one.code).toBeLessThan(2);
  });

  it.each(['rules test', 'audit', 'respond restore', 'baseline show', 'doctor --configuration'])(
    'and cut off is told of by %s',
    async (command) => {
      const file = folder.write('cut.gz', gzipSync(RULES).subarray(0, 200));
      const { code, stderr } = await rolefence([...command.split(' '), file]);
      expect(code).toBe(2);
      expect(stderr).toContain(`${file}: the gzip data ends too early: the file is cut off`);
    },
  );

  const LONG = 65 * 2 ** 20;
  it.each(['rules test', 'audit', 'respond restore', 'detach --from', 'doctor --configuration'])(
    'and a thousand times as long as it looks is not unpacked by %s',
    async (command) => {
      const file = folder.write('long.gz', gzipSync(Buffer.alloc(LONG, ' ')));
      const { code, stderr } = await rolefence([...command.split(' '), file]);
      expect(code).toBe(2);
      expect(stderr).toContain(`${file}: unpacked it is larger than 64 MiB`);
    },
  );

  it('and a fleet’s baseline may be as long', async () => {
    const file = folder.write('fleet.gz', gzipSync(folder.read('b.json') + ' '.repeat(LONG)));
    expect(await rolefence(['baseline', 'show', file])).toMatchObject({ code: 0, stderr: '' });
  });
});
