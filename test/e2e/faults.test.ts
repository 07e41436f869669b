import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { listeners } from './rie/processes.ts';
import { nodeRuntime } from './rie/runtimes.ts';
import { BOTH, DONE, openStage, type Stage, WORK } from './stage.ts';
import { findingsIn } from './story/tell.ts';

const tools = provideAsRoot('rie', 'node-ric', 'python');

/** What test/extension/lifecycle/kill.test.ts shows with a fake Lambda, under AWS's own emulator with a real SDK: the function is never taken down. */
describe.skipIf(tools.missing !== null)(
  `faults around a Node.js function under AWS's emulator${because(tools)}`,
  () => {
    let stage: Stage;
    const servers: Server[] = [];

    beforeAll(async () => {
      stage = await openStage(tools.folders, {
        layer: 'slim',
        runtime: nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
        task: join(import.meta.dirname, 'tasks/node-v3'),
        handler: 'app.handler',
      });
    }, 120_000);
    afterAll(() => stage?.close());
    afterEach(async () => {
      await stage?.clear();
      for (const server of servers.splice(0)) server.close();
    });
    const server = async (made: Server): Promise<number> => {
      servers.push(made);
      await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
      return (made.address() as AddressInfo).port;
    };

    it('listens on loopback only', async () => {
      const started = await stage.start({});
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      const [sensor] = stage.sensors();
      const sockets = listeners(sensor!.pid);
      expect(sockets.length).toBeGreaterThan(0);
      for (const address of sockets) expect(address).toMatch(/^0100007F:/);
      await stage.endsWell();
    });

    describe.each([
      {
        what: 'a baseline that is not there',
        variables: { ROLEFENCE_BASELINE: 'file:/var/task/nowhere.json' },
        line: /the baseline cannot be used: .*nowhere\.json/,
      },
      {
        what: 'a broken baseline',
        variables: { ROLEFENCE_BASELINE: 'file:/var/task/broken.json' },
        files: { 'broken.json': '{"format":"rolefence.baseline/1","functions":{"resize":' },
        line: /the baseline cannot be used: .*broken\.json/,
      },
      {
        what: 'a baseline that is something else',
        variables: { ROLEFENCE_BASELINE: 'file:/var/task/broken.json' },
        files: { 'broken.json': '{"format":"rolefence.baseline/1","functions":[1]}' },
        line: /the baseline cannot be used: .*broken\.json.*functions/,
      },
      {
        what: 'a baseline that does not answer',
        variables: { ROLEFENCE_BASELINE: 'file:/var/lang/fifo', ROLEFENCE_BASELINE_WAIT_MS: '100' },
        prepare: 'mkfifo /var/lang/fifo',
        line: /baseline .*fifo has not arrived after 100 ms/,
      },
      {
        what: 'a baseline setting that means nothing',
        variables: { ROLEFENCE_BASELINE: 'nowhere' },
        line: /ROLEFENCE_BASELINE is .*nowhere/,
      },
    ])('$what, in block mode', ({ variables, files, prepare, line }) => {
      it.each(BOTH)('fails %s', async (onFailure, outcome) => {
        const started = await stage.start(
          { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: onFailure, ...variables },
          { ...(files === undefined ? {} : { files }), ...(prepare === undefined ? {} : { prepare }) },
        );
        const arrived = await stage.moto.during(async () => {
          expect((await started.invoke(WORK)).body).toMatchObject(outcome);
          expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        });
        expect(arrived.length).toBe(onFailure === 'open' ? 8 : 0);
        await started.logged(line);
        expect(findingsIn(started.log()).some(({ severity }) => severity === 'critical')).toBe(true);
        await stage.endsWell();
      });
    });

    describe('a full /tmp', () => {
      it.each(BOTH)('fails %s', async (onFailure, outcome) => {
        const started = await stage.start(
          { ROLEFENCE_ON_FAILURE: onFailure },
          { tmpSize: '16k', prepare: 'head -c 100000 /dev/zero >/tmp/full 2>/dev/null || :' },
        );
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        await started.logged(/ca\.pem cannot be written \(ENOSPC\): calls (go through unread|are refused)/);
        await stage.endsWell();
      });
    });

    describe('a /tmp in which no file can be made', () => {
      it.each(BOTH)('fails %s', async (onFailure, outcome) => {
        const started = await stage.start({ ROLEFENCE_ON_FAILURE: onFailure }, { tmpSize: '1m,nr_inodes=1' });
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        await started.logged(/rolefence: .*(ENOSPC|cannot)/);
        await stage.endsWell();
      });
    });

    it('a port in use: listens elsewhere, where clients find it', async () => {
      const port = await server(createHttpServer());
      const started = await stage.start({ ROLEFENCE_PORT: `${port}` });
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      await started.logged(new RegExp(`port ${port} cannot be listened on \\(EADDRINUSE\\)`));
      await stage.endsWell();
    });

    it('a CA file for other programs that cannot be written: Node goes on through the sensor', async () => {
      const started = await stage.start({ ROLEFENCE_CA_FILE: '/proc/nowhere/bundle.pem' });
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      await started.logged(/cannot be written( to)? \(ENOENT\): programs other than Node/);
      expect(await stage.endsWell()).toContain('{"rolefence":{"learned":');
    });

    it('an upstream that resets: the SDK sees a broken connection, the environment lives on', async () => {
      const port = await server(createServer((socket) => socket.resetAndDestroy()));
      const started = await stage.start({ ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${port}`, AWS_MAX_ATTEMPTS: '2' });
      for (let i = 0; i < 2; i++)
        expect((await started.invoke(WORK)).body).toMatchObject({ error: expect.any(String) });
      expect(stage.sensors()).toHaveLength(1);
      await stage.endsWell();
    });

    describe('a sensor that is killed', () => {
      it.each(BOTH)('is started again as the same extension, and fails %s', async (onFailure, outcome) => {
        const started = await stage.start({ ROLEFENCE_ON_FAILURE: onFailure });
        expect((await started.invoke(WORK)).body).toEqual(DONE);
        const [before] = stage.sensors();
        const port = listeners(before!.pid);
        process.kill(before!.pid, 'SIGKILL');
        await started.logged(/the sensor process ended \(exit 137\) before SHUTDOWN/);
        await started.logged(/"detector":"sensor","key":"sensor: calls are not read"/);
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        expect(stage.sensors().map(({ pid }) => listeners(pid))).toEqual([port]);
        await stage.endsWell();
      });

      it('while a call is under way takes down that invocation at most', async () => {
        const started = await stage.start({});
        expect((await started.invoke(WORK)).body).toEqual(DONE);
        const under = started.invoke({ ...WORK, sleep: 600 });
        process.kill(stage.sensors()[0]!.pid, 'SIGKILL');
        expect((await under).status).toBe(200);
        await started.logged(/"key":"sensor: calls are not read"/);
        expect((await started.invoke(WORK)).body).toEqual(DONE);
        await stage.endsWell();
      });
    });

    describe('too little memory: stays dormant and says so', () => {
      it.each(BOTH)('and fails %s', async (onFailure, outcome) => {
        const started = await stage.start({ ROLEFENCE_ON_FAILURE: onFailure }, { memoryMb: 128 });
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        await started.logged(/the function has 128 MB of memory/);
        expect(stage.sensors()).toHaveLength(0);
        await stage.endsWell();
      });
    });

    it('an invocation that times out: the next environment is watched again', async () => {
      const started = await stage.start({}, { timeoutS: 6 });
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      expect((await started.invoke({ ...WORK, sleep: 60_000 })).body).toMatch(/timed out/);
      const arrived = await stage.moto.during(async () => {
        expect((await started.invoke(WORK)).body).toEqual(DONE);
      });
      expect(arrived).toHaveLength(4);
      expect(stage.sensors()).toHaveLength(1);
      await stage.clear();
      // Both environments have told what they learned.
      expect(started.log().match(/\{"rolefence":\{"learned":/g)?.length).toBeGreaterThanOrEqual(2);
    });

    it('a function that ends its process: the next invocation is watched again', async () => {
      const started = await stage.start({});
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      await started.invoke({ ...WORK, crash: true });
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      expect(stage.sensors()).toHaveLength(1);
      await stage.endsWell();
    });
  },
);
