import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { ROLE } from './rie/environment.ts';
import { nodeRuntime } from './rie/runtimes.ts';
import { DONE, openStage, REFUSED, type Stage, WORK } from './stage.ts';

const tools = provideAsRoot('rie', 'node-ric', 'python');

/** The layer that brings its own Node, whose mode hides the sensor from the function; here everything is root, from whom nothing can be hidden: test/extension/keys.test.ts shows that. */
describe.skipIf(tools.missing !== null)(
  `a function with sealed credentials under AWS's emulator${because(tools)}`,
  () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await openStage(tools.folders, {
        layer: 'universal',
        runtime: nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
        task: join(import.meta.dirname, 'tasks/node-v3'),
        handler: 'app.handler',
      });
    }, 240_000);
    afterAll(() => stage?.close());
    afterEach(() => stage?.clear());

    const SECRETS = [ROLE.secretAccessKey, ROLE.sessionToken];

    it('does its work, and no process of the environment was started with the keys but Lambda’s own', async () => {
      const started = await stage.start({ ROLEFENCE_CREDENTIALS: 'sealed' });
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      const holders = started.processes().filter(({ pid }) => {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        return SECRETS.some((secret) => environment.includes(secret));
      });
      expect(holders.map(({ command }) => command.split(' ')[0]!.split('/').at(-1))).toEqual(['aws-lambda-rie']);
      const runtime = started
        .processes()
        .find(({ command }) => command.includes('index.mjs') && !command.includes('aws-lambda-rie'));
      expect(readFileSync(`/proc/${runtime!.pid}/environ`, 'latin1')).toMatch(/AWS_SESSION_TOKEN=Rolefence/);
      for (const file of filesBelow(started.tmp)) {
        for (const secret of SECRETS) expect(readFileSync(file, 'latin1')).not.toContain(secret);
      }
      await stage.endsWell();
    });

    it('has nothing to sign with once its sensor was killed, although that fails open', async () => {
      const started = await stage.start({ ROLEFENCE_CREDENTIALS: 'sealed', ROLEFENCE_ON_FAILURE: 'open' });
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      for (const { pid } of stage.sensors()) process.kill(pid, 'SIGKILL');
      await started.logged(/starting it again/);
      const arrived = await stage.moto.during(async () => {
        const { body } = await started.invoke(WORK);
        // moto knows no keys and takes any: what counts is which one it is asked with.
        expect(body).toEqual(expect.anything());
      });
      expect(JSON.stringify(arrived)).not.toContain(ROLE.accessKeyId);
      await stage.endsWell();
    });

    it('gets no keys from the layer that brings no Node of its own', async () => {
      const slim = await openStage(tools.folders, {
        layer: 'slim',
        runtime: nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
        task: join(import.meta.dirname, 'tasks/node-v3'),
        handler: 'app.handler',
      });
      try {
        const started = await slim.start({ ROLEFENCE_CREDENTIALS: 'sealed' });
        expect((await started.invoke(WORK)).body).toMatchObject(REFUSED);
        expect(started.log()).toContain('sealed credentials need the Node.js of the universal layer');
        await slim.endsWell();
      } finally {
        await slim.clear();
        await slim.close();
      }
    }, 120_000);
  },
);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}
