import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { because, provideAsRoot } from '../toolchain/provide.ts';
import { type Account, furnish } from './aws/account.ts';
import { type ByName, serveByName } from './aws/by-name.ts';
import { type Moto, startMoto } from './aws/moto.ts';
import { type ExecutionEnvironment, type FunctionSettings, startEnvironment } from './rie/environment.ts';
import { buildLayer, type Layer } from './rie/layer.ts';
import { listeners } from './rie/processes.ts';
import { nodeRuntime } from './rie/runtimes.ts';
import { attached, findingsIn } from './story/tell.ts';

const tools = provideAsRoot('rie', 'node-ric', 'python');
const WORK = { do: 'work', key: 'summer/noon.bmp', size: 2_000 };
const DONE = { read: expect.any(String), written: 2_000 };
/** A refusal of the sensor, or a connection that it does not let out. */
const REFUSED = { error: expect.any(String) };

/** What test/extension/lifecycle/kill.test.ts shows with a fake Lambda, under AWS's own emulator with a real SDK: the function is never taken down. */
describe.skipIf(tools.missing !== null)(`faults under AWS's emulator${because(tools)}`, () => {
  let layer: Layer;
  let moto: Moto;
  let account: Account;
  let byName: ByName;
  let environment: ExecutionEnvironment | undefined;
  const servers: Server[] = [];

  beforeAll(async () => {
    layer = buildLayer('slim');
    moto = await startMoto(tools.folders.python);
    account = await furnish(moto);
    byName = await serveByName(moto);
  }, 120_000);
  afterAll(async () => {
    layer?.remove();
    await byName?.close();
    await moto?.close();
  });
  afterEach(async () => {
    await environment?.shutdown();
    environment = undefined;
    for (const server of servers.splice(0)) server.close();
  });

  async function start(
    variables: Record<string, string>,
    more: Partial<FunctionSettings> = {},
  ): Promise<ExecutionEnvironment> {
    environment = await startEnvironment({
      emulator: join(tools.folders.rie, 'aws-lambda-rie'),
      runtime: nodeRuntime(tools.folders['node-ric'], join(import.meta.dirname, '../../node_modules')),
      task: join(import.meta.dirname, 'tasks/node-v3'),
      handler: 'app.handler',
      layer: layer.folder,
      // Where the sensor does not answer, clients may go to AWS themselves.
      hostsFile: byName.hostsFile,
      variables: {
        ...account.variables,
        ...attached(moto),
        // Calls that go through unread meet moto's own certificate.
        NODE_EXTRA_CA_CERTS: '/var/task/moto-ca.pem',
        ...variables,
      },
      ...more,
      files: { ...more.files, 'moto-ca.pem': moto.caPem },
    });
    return environment;
  }
  const server = async (made: Server): Promise<number> => {
    servers.push(made);
    await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
    return (made.address() as AddressInfo).port;
  };
  const sensors = () => environment!.processes().filter(({ command }) => command.includes('/opt/rolefence/main.mjs'));
  /** Registered to the end: nothing of Lambda's says that an extension is gone, and SHUTDOWN finds it. */
  const endsWell = async () => {
    const log = await environment!.shutdown();
    environment = undefined;
    expect(log).not.toMatch(/Extension\.Crash|Extension exited|panic/);
    expect(log).not.toMatch(/Sending SIGKILL to extension/);
  };
  const both = [
    ['open', DONE],
    ['closed', REFUSED],
  ] as const;

  it('listens on loopback only, in every process of the extension', async () => {
    const started = await start({});
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    const [sensor] = sensors();
    const sockets = listeners(sensor!.pid);
    expect(sockets.length).toBeGreaterThan(0);
    for (const address of sockets) expect(address).toMatch(/^0100007F:/);
    await endsWell();
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
    it.each(both)('fails %s', async (onFailure, outcome) => {
      const started = await start(
        { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: onFailure, ...variables },
        { ...(files === undefined ? {} : { files }), ...(prepare === undefined ? {} : { prepare }) },
      );
      const arrived = await moto.during(async () => {
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
        expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      });
      expect(arrived.length).toBe(onFailure === 'open' ? 8 : 0);
      await started.logged(line);
      expect(findingsIn(started.log()).some(({ severity }) => severity === 'critical')).toBe(true);
      await endsWell();
    });
  });

  describe('a full /tmp', () => {
    it.each(both)('fails %s', async (onFailure, outcome) => {
      const started = await start(
        { ROLEFENCE_ON_FAILURE: onFailure },
        { tmpSize: '16k', prepare: 'head -c 100000 /dev/zero >/tmp/full 2>/dev/null || :' },
      );
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      await started.logged(/ca\.pem cannot be written \(ENOSPC\): calls (go through unread|are refused)/);
      await endsWell();
    });
  });

  describe('a /tmp in which no file can be made', () => {
    it.each(both)('fails %s', async (onFailure, outcome) => {
      const started = await start({ ROLEFENCE_ON_FAILURE: onFailure }, { tmpSize: '1m,nr_inodes=1' });
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      await started.logged(/rolefence: .*(ENOSPC|cannot)/);
      await endsWell();
    });
  });

  it('a port in use: listens elsewhere, where clients find it', async () => {
    const port = await server(createHttpServer());
    const started = await start({ ROLEFENCE_PORT: `${port}` });
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    await started.logged(new RegExp(`port ${port} cannot be listened on \\(EADDRINUSE\\)`));
    await endsWell();
  });

  it('a CA file for other programs that cannot be written: Node goes on through the sensor', async () => {
    const started = await start({ ROLEFENCE_CA_FILE: '/proc/nowhere/bundle.pem' });
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    await started.logged(/cannot be written( to)? \(ENOENT\): programs other than Node/);
    await started.shutdown();
    expect(started.log()).toContain('{"rolefence":{"learned":');
    environment = undefined;
  });

  it('an upstream that resets: the SDK sees a broken connection, the environment lives on', async () => {
    const port = await server(createServer((socket) => socket.resetAndDestroy()));
    const started = await start({ ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${port}`, AWS_MAX_ATTEMPTS: '2' });
    for (let i = 0; i < 2; i++) expect((await started.invoke(WORK)).body).toMatchObject({ error: expect.any(String) });
    expect(sensors()).toHaveLength(1);
    await endsWell();
  });

  describe('a sensor that is killed', () => {
    it.each(both)('is started again as the same extension, and fails %s', async (onFailure, outcome) => {
      const started = await start({ ROLEFENCE_ON_FAILURE: onFailure });
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      const [before] = sensors();
      const port = listeners(before!.pid);
      process.kill(before!.pid, 'SIGKILL');
      await started.logged(/the sensor process ended \(exit 137\) before SHUTDOWN/);
      await started.logged(/"detector":"sensor","key":"sensor: calls are not read"/);
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      expect((await started.invoke(WORK)).body).toMatchObject(outcome);
      expect(sensors().map(({ pid }) => listeners(pid))).toEqual([port]);
      await endsWell();
    });

    it('while a call is under way takes down that call at most', async () => {
      const started = await start({});
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      const under = started.invoke({ ...WORK, sleep: 600 });
      process.kill(sensors()[0]!.pid, 'SIGKILL');
      const { status } = await under;
      expect(status).toBe(200);
      await started.logged(/"key":"sensor: calls are not read"/);
      expect((await started.invoke(WORK)).body).toEqual(DONE);
      await endsWell();
    });
  });

  it('too little memory: stays dormant, says so, and the function works', async () => {
    const started = await start({}, { memoryMb: 128 });
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    await started.logged(/the function has 128 MB of memory/);
    expect(sensors()).toHaveLength(0);
    await endsWell();
  });

  it('an invocation that times out: the next environment is watched again', async () => {
    const started = await start({}, { timeoutS: 2 });
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    expect((await started.invoke({ ...WORK, sleep: 10_000 })).body).toMatch(/timed out/);
    const arrived = await moto.during(async () => {
      expect((await started.invoke(WORK)).body).toEqual(DONE);
    });
    expect(arrived).toHaveLength(4);
    expect(sensors()).toHaveLength(1);
    const log = await started.shutdown();
    environment = undefined;
    // Both environments have told what they learned.
    expect(log.match(/\{"rolefence":\{"learned":/g)?.length).toBeGreaterThanOrEqual(2);
  });

  it('a function that ends its process: the next invocation is watched again', async () => {
    const started = await start({});
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    await started.invoke({ ...WORK, crash: true });
    expect((await started.invoke(WORK)).body).toEqual(DONE);
    expect(sensors()).toHaveLength(1);
    await endsWell();
  });
});
