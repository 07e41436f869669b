import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { listeners } from './rie/processes.ts';
import { pythonRuntime } from './rie/runtimes.ts';
import { BOTH, DONE, openStage, type Stage, WORK } from './stage.ts';

const tools = provideAsRoot('rie', 'python');

/** Programs that are not Node are led by proxy and CA variables, without a preload that could go around a dead sensor. */
describe.skipIf(tools.missing !== null)(`faults around a Python function under AWS's emulator${because(tools)}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(tools.folders, {
      layer: 'universal',
      runtime: pythonRuntime(tools.folders.python),
      task: join(import.meta.dirname, 'tasks/python'),
      handler: 'app.handler',
    });
  }, 300_000);
  afterAll(() => stage?.close());
  afterEach(() => stage?.clear());

  it('listens on loopback only, by the Node that the layer brings', async () => {
    const started = await stage.start({});
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    const [sensor] = stage.sensors();
    expect(sensor!.command).toMatch(/^\/opt\/rolefence\/bin\/node /);
    for (const address of listeners(sensor!.pid)) expect(address).toMatch(/^0100007F:/);
    await stage.endsWell();
  });

  it.each(BOTH)('a broken baseline in block mode fails %s', async (onFailure, outcome) => {
    const started = await stage.start(
      {
        ROLEFENCE_MODE: 'block',
        ROLEFENCE_ON_FAILURE: onFailure,
        ROLEFENCE_BASELINE: 'file:/var/task/broken.json',
      },
      { files: { 'broken.json': '[]' } },
    );
    const arrived = await stage.moto.during(async () => {
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
    });
    expect(arrived.length).toBe(onFailure === 'open' ? 4 : 0);
    await started.logged(/the baseline cannot be used: .*broken\.json/);
    await stage.endsWell();
  });

  it.each(BOTH)('a full /tmp fails %s', async (onFailure, outcome) => {
    const started = await stage.start(
      { ROLEFENCE_ON_FAILURE: onFailure },
      { tmpSize: '16k', prepare: 'head -c 100000 /dev/zero >/tmp/full 2>/dev/null || :' },
    );
    expect((await started.invoke(WORK)).body).toMatchObject(outcome);
    await started.logged(/ca\.pem cannot be written \(ENOSPC\): calls (go through unread|are refused)/);
    await stage.endsWell();
  });

  it('a CA file that cannot be written: goes to AWS as if there were no sensor', async () => {
    const started = await stage.start({ ROLEFENCE_CA_FILE: '/proc/nowhere/bundle.pem' });
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    await started.logged(/cannot be written( to)? \(ENOENT\): programs other than Node/);
    await stage.endsWell();
  });

  it.each(BOTH)('a sensor that is killed is started again on its port, and fails %s', async (onFailure, outcome) => {
    const started = await stage.start({ ROLEFENCE_ON_FAILURE: onFailure });
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    process.kill(stage.sensors()[0]!.pid, 'SIGKILL');
    await started.logged(/"detector":"sensor","key":"sensor: calls are not read"/);
    expect((await started.invoke(WORK)).body).toMatchObject(outcome);
    await stage.endsWell();
  });
});
