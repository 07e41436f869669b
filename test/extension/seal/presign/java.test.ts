import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { because, provide } from '../../../toolchain/provide.ts';
import { checked, OBJECT } from './by-the-sdk.ts';
import { PresigningFunction, ROOT } from './function.ts';

const tools = provide('java');
const fn = new PresigningFunction();

describe.skipIf(tools.missing !== null)(
  `Java's SDK in a sealed function, with the example's helper${because(tools)}`,
  () => {
    const libraries = join(tools.folders.java ?? '', 'lib/*');
    beforeAll(() => {
      const sources = [
        join(ROOT, 'examples/presign-java/RolefencePresign.java'),
        join(import.meta.dirname, 'java/Presign.java'),
      ];
      execFileSync('javac', ['-nowarn', '-d', join(fn.folder, 'classes'), '-cp', libraries, ...sources]);
    }, 180_000);

    it('presigns downloads and uploads that are valid elsewhere, and is told where it is refused', async () => {
      const classes = `${join(fn.folder, 'classes')}:${libraries}`;
      const printed = await fn.inFunction(['java', '-cp', classes, 'Presign']);
      const [get, put, refused] = printed.split('\n') as [string, string, string];
      await checked(get, OBJECT);
      await checked(put, { ...OBJECT, method: 'PUT' });
      expect(refused).toMatch(/^not signed: .*AccessDenied/);
      expect(fn.sealed.calls.map(({ operation, verdict }) => [operation, verdict])).toEqual([
        ['GetObject', 'allow'],
        ['PutObject', 'allow'],
        ['GetObject', 'block'],
      ]);
    }, 180_000);

    it('is left alone without placeholders', async () => {
      const classes = `${join(fn.folder, 'classes')}:${libraries}`;
      const printed = await fn.inFunction(['java', '-cp', classes, 'Presign'], { AWS_SESSION_TOKEN: 'shared' });
      expect(printed.split('\n')).toHaveLength(2);
      expect(fn.sealed.calls).toEqual([]);
    }, 180_000);
  },
);
