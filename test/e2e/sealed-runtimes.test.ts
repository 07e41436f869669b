import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import type { Arrival } from './aws/moto.ts';
import { rolefence } from './program.ts';
import { ROLE } from './rie/environment.ts';
import { javaRuntime, nodeRuntime, pythonRuntime } from './rie/runtimes.ts';
import { openStage, type Stage } from './stage.ts';
import { work } from './story/tell.ts';

const tools = provideAsRoot('rie', 'python', 'java', 'node-ric', 'node-20', 'node-22');

const olderNode = (major: 20 | 22) => ({
  name: `Node.js ${major}`,
  runtime: () =>
    nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules'), {
      major,
      folder: tools.folders[`node-${major}`],
    }),
  task: join(import.meta.dirname, 'tasks/node-v3'),
  handler: 'app.handler',
});

/** With `test/e2e/sealed.test.ts` (Node.js 24, SDK v3) all runtimes that the emulator can be had with; what their SDKs do outside of it is in `runtimes.test.ts`. */
const RUNTIMES = [
  olderNode(20),
  olderNode(22),
  {
    name: 'Node.js 24, SDK v2',
    runtime: () => nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
    task: join(import.meta.dirname, 'tasks/node-v2'),
    handler: 'app.handler',
  },
  {
    name: 'Python',
    runtime: () => pythonRuntime(tools.folders.python),
    task: join(import.meta.dirname, 'tasks/python'),
    handler: 'app.handler',
  },
  {
    name: 'Java',
    runtime: () => javaRuntime(tools.folders.java),
    task: join(tools.folders.java ?? '', 'task'),
    handler: 'App::handleRequest',
  },
];

describe.skipIf(tools.missing !== null).each(RUNTIMES)(
  `a $name function with sealed credentials under AWS's emulator, whose signatures are checked as by AWS${because(tools)}`,
  ({ runtime, task, handler }) => {
    let stage: Stage;
    let folder: string;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'rolefence-sealed-'));
      stage = await openStage(tools.folders, { layer: 'universal', runtime: runtime(), task, handler });
      stage.moto.knowOnly([ROLE]);
    }, 240_000);
    afterAll(async () => {
      await stage?.close();
      rmSync(folder, { recursive: true, force: true });
    });
    afterEach(() => stage.clear());

    /** The first call of a JVM takes seconds on a busy machine. */
    const start = async (variables: Record<string, string>, files: Record<string, string> = {}) =>
      stage.start({ ROLEFENCE_CREDENTIALS: 'sealed', ...variables }, { files, timeoutS: 90 });
    const signedBy = (arrived: readonly Arrival[]) => [
      ...new Set(arrived.map(({ wrong, accessKeyId }) => `${accessKeyId} ${wrong}`)),
    ];

    it('does its work while it is learned, and in block mode nothing else', async () => {
      const learning = await start({});
      const learned = await stage.moto.during(async () => {
        // The last of them has a body of some megabytes.
        expect(await work(learning, 3, 27)).toEqual([]);
      });
      expect(learned).toHaveLength(3 * 4);
      expect(signedBy(learned)).toEqual([`${ROLE.accessKeyId} null`]);
      writeFileSync(join(folder, 'log'), await stage.endsWell());
      const file = join(folder, 'rolefence.json');
      await rolefence(['learn', '--out', file, join(folder, 'log')]);

      const variables = { ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: 'file:/var/task/rolefence.json' };
      const blocking = await start(variables, { 'rolefence.json': readFileSync(file, 'utf8') });
      const allowed = await stage.moto.during(async () => expect(await work(blocking, 1, 27)).toEqual([]));
      expect(signedBy(allowed)).toEqual([`${ROLE.accessKeyId} null`]);
      let answer: unknown;
      const arrived = await stage.moto.during(async () => {
        answer = (await blocking.invoke({ do: 'scan-table' })).body;
      });
      expect(arrived).toEqual([]);
      expect(answer).toMatchObject({ error: expect.stringMatching(/^AccessDenied(Exception)?$/), attempts: 1 });
      await stage.endsWell();
    }, 180_000);
  },
);
