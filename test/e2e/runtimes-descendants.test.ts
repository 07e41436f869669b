import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { furnish, PHOTO } from './aws/account.ts';
import { type Moto, startMoto } from './aws/moto.ts';
import { laptop, program, ROOT } from './program.ts';
import { ROLE } from './rie/environment.ts';
import { WORK } from './runtimes/clients.ts';
import { downloads } from './runtimes/table.ts';

/** A Node function whose work is done elsewhere than in its first thread: the SDK's calls are seen and refused there too. */
const tools = provideAsRoot('python', 'node-20', 'node-22');
const HERE = join(import.meta.dirname, 'runtimes');
const PARENT = join(HERE, 'node/parent.mjs');
const V3 = join(HERE, 'node/v3.mjs');
const DIGEST = createHash('sha256').update(PHOTO).digest('hex');

describe.skipIf(tools.missing !== null)(
  `Node's threads, children and bundles under the sensor${because(tools)}`,
  () => {
    let folder: string;
    let aws: Moto;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'rolefence-descendants-'));
      mkdirSync(join(folder, 'home'));
      for (const format of ['cjs', 'esm'] as const) {
        await build({
          entryPoints: [V3],
          outfile: join(folder, format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs'),
          bundle: true,
          minify: true,
          platform: 'node',
          target: 'node20',
          format,
          // What the SDK's CommonJS dependencies need in an ES module.
          banner:
            format === 'esm'
              ? { js: `import{createRequire}from'node:module';const require=createRequire(import.meta.url);` }
              : {},
          logLevel: 'error',
        });
      }
      aws = await startMoto(tools.folders.python);
      await furnish(aws);
    }, 120_000);
    afterAll(async () => {
      await aws?.close();
      for (const path of [folder, `${folder}-cache`]) rmSync(path, { recursive: true, force: true });
    });

    const node = (version: string) =>
      version === '24' ? process.execPath : join(tools.folders[version === '22' ? 'node-22' : 'node-20'] ?? '', 'node');
    const python = join(tools.folders.python ?? '', 'bin/python');
    const ways: readonly (readonly [what: string, command: (node: string) => string[]])[] = [
      ['an ES module bundle', (own) => [own, join(folder, 'bundle.mjs')]],
      ['a CommonJS bundle', (own) => [own, join(folder, 'bundle.cjs')]],
      ['a worker thread', (own) => [own, PARENT, 'worker', V3]],
      ['a forked child', (own) => [own, PARENT, 'fork', V3]],
      ['a child that is Python', (own) => [own, PARENT, 'spawn', python, join(HERE, 'python/client.py'), 'boto3']],
      [
        'a child that is a shell, run synchronously',
        (own) => [own, PARENT, 'execFileSync', 'sh', join(HERE, 'shell/curl.sh')],
      ],
    ];

    describe.each(['24', '22', '20'])('Node.js %s', (version) => {
      // The rest differs between versions of the core modules; what a child does hardly.
      it.each(version === '24' ? ways : ways.slice(0, 4))(
        '%s is seen, with placeholders for keys too, and refused what it never did',
        async (_, command) => {
          const work = command('').includes(join(HERE, 'shell/curl.sh')) ? WORK.slice(0, 3) : WORK;
          const file = (name: string) => join(folder, `${name}-${version}-${ways.findIndex(([one]) => one === _)}`);
          const under = (verb: string, credentials: 'shared' | 'sealed', ...options: string[]) =>
            program(
              [
                process.execPath,
                join(ROOT, 'cli/main.ts'),
                'run',
                '--connect-to',
                `*:443=127.0.0.1:${aws.port}`,
                '--upstream-ca',
                aws.caFile,
                ...options,
                '--',
                ...command(node(version)),
                verb,
              ],
              { ...laptop(folder), ROLEFENCE_CREDENTIALS: credentials },
            );
          const records = (name: string): Call[] =>
            readFileSync(file(name), 'utf8')
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line));
          const operations = (name: string) => records(name).map(({ operation }) => operation);

          const working = async (credentials: 'shared' | 'sealed', ...options: string[]) => {
            const worked = await under('work', credentials, ...options, '--calls', file(credentials));
            expect(worked.code, worked.stderr).toBe(0);
            expect(worked.stdout.toString()).toBe(`${DIGEST}\n`.repeat(downloads(work)));
            return operations(credentials);
          };

          expect(await working('shared', '--mode', 'learn', '--learn-to', file('b'))).toEqual(work);
          const block = ['--mode', 'block', '--baseline', file('b')];
          // AWS checks every signature, by botocore's own signer and the role's real keys.
          aws.knowOnly([ROLE]);
          const signed = await aws
            .during(async () => {
              // The SDK's own presigner is led to the sensor, which is one call more; not in bundles, and curl presigns nothing.
              const led = command('').includes(PARENT) && work === WORK ? ['GetObject'] : [];
              expect(await working('sealed', ...block)).toEqual([...work, ...led]);
            })
            .finally(() => aws.knowOnly(null));
          expect(signed.map(({ wrong }) => wrong)).toEqual(work.map(() => null));
          expect(records('sealed').filter(({ accessKeyId }) => accessKeyId !== ROLE.accessKeyId)).toEqual([]);

          const arrived = await aws.during(async () => {
            const refused = await under('attack', 'shared', ...block, '--calls', file('attack'));
            expect(refused.stderr).toMatch(/^AccessDenied(Exception)? 1$/m);
            expect(refused.code).toBe(3);
          });
          expect(arrived).toEqual([]);
          expect(operations('attack')).toEqual(['Scan']);
        },
        90_000,
      );
    });
  },
);
