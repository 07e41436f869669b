import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { folderStore } from '../../../baseline/store/folder.ts';
import { call } from '../../baseline/calls.ts';
import { buildLayer, type Environment, startEnvironment } from './environment.ts';

const isRoot = process.getuid?.() === 0;

/** What stands under `rolefence` in the lines of the log. */
// biome-ignore lint/suspicious/noExplicitAny: several kinds of lines.
const lines = (environment: Environment): any[] =>
  environment.extension
    .printed()
    .split('\n')
    .flatMap((line) => {
      try {
        const { rolefence } = JSON.parse(line);
        return typeof rolefence === 'object' ? [rolefence] : [];
      } catch {
        return [];
      }
    });

const OWN = 'ASIAQEXAMPLEKEYID000';

const trace = (n: number) => ({
  'X-Amzn-Trace-Id': `Root=1-6743ef00-${`${n}`.padStart(24, '0')};Parent=53995c3f42cd8ad8;Sampled=0`,
});

describe('kinds of environments', () => {
  let environment: Environment | undefined;
  beforeAll(buildLayer);
  afterEach(async () => {
    await environment?.close();
    environment = undefined;
  });
  const start = async (...options: Parameters<typeof startEnvironment>) => {
    environment = await startEnvironment(...options);
    await environment.lambda.came('event/next');
    return environment;
  };
  const end = async (one: Environment) => {
    one.lambda.shutdown();
    expect(await one.extension.ended).toBe(0);
  };

  it('Managed Instances: each call belongs to the invocation whose trace id it bears', async () => {
    const one = await start({ invocations: false });
    await Promise.all([1, 2, 1, 3].map((n) => one.call('/', { headers: trace(n) })));
    await end(one);
    const [learned] = lines(one).flatMap(({ learned }) => (learned === undefined ? [] : [learned]));
    const [entry] = Object.values(learned.functions) as { invocations: number | number[] }[];
    expect([entry!.invocations].flat()[0]).toBe(3);
  });

  it('SnapStart: each restored environment names itself, and keeps the CA that its function trusts already', async () => {
    const learner = createLearner();
    learner.observe(call({ function: 'resize' }));
    const folder = mkdtempSync(join(tmpdir(), 'rolefence-snap-start-'));
    const file = join(folder, 'b.json');
    writeFileSync(file, serializeBaseline(learner.document()));
    const one = await start({
      env: {
        AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start',
        ROLEFENCE_MODE: 'alert',
        ROLEFENCE_BASELINE: `file:${file}`,
      },
    });
    expect(await one.call('/')).toBe('200');
    one.lambda.invoke('req-1');
    await one.lambda.came('event/next', 2);
    expect(await one.call('/pictures/1.jpg')).toBe('200');
    one.lambda.invoke('req-2');
    await one.lambda.came('event/next', 3);
    expect(await one.call('/pictures?acl')).toBe('200');
    await end(one);
    const named = lines(one).flatMap(({ finding }) =>
      finding === undefined || finding.scope !== 'call' ? [] : [finding],
    );
    const of = (invocation: string | null) =>
      new Set(named.filter((found) => found.invocation === invocation).map((found) => found.environment));
    expect(of(null).size).toBe(1);
    expect(of('req-1').size).toBe(1);
    expect(of('req-1')).not.toEqual(of(null));
    expect(of('req-2')).toEqual(of('req-1'));
    rmSync(folder, { recursive: true });
  });

  it('SnapStart: the role’s own keys are those that the endpoint hands out', async () => {
    const endpoint = createServer((request, response) => {
      const { authorization } = request.headers;
      response.writeHead(authorization === 'token' ? 200 : 401);
      response.end(JSON.stringify({ AccessKeyId: OWN, SecretAccessKey: 's', Token: 't' }));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const learner = createLearner();
    learner.observe(call({ function: 'resize' }));
    const folder = mkdtempSync(join(tmpdir(), 'rolefence-own-keys-'));
    const file = join(folder, 'b.json');
    writeFileSync(file, serializeBaseline(learner.document()));
    const one = await start({
      env: {
        AWS_LAMBDA_INITIALIZATION_TYPE: 'snap-start',
        AWS_ACCESS_KEY_ID: '',
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token',
        ROLEFENCE_MODE: 'alert',
        ROLEFENCE_BASELINE: `file:${file}`,
      },
    });
    one.lambda.invoke('req-1');
    await one.lambda.came('event/next', 2);
    const signed = (key: string) => ({
      headers: {
        Authorization: `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
      },
    });
    const foreign = () =>
      lines(one).flatMap(({ finding }) => (finding?.detector === 'credential' ? [finding.key as string] : []));
    expect(await one.call('/a', signed(OWN))).toBe('200');
    expect(foreign()).toEqual([]);
    expect(await one.call('/b', signed('ASIAQSTOLENKEYID0000'))).toBe('200');
    await one.extension.says('key ASIAQSTOLENKEYID0000');
    await end(one);
    expect(foreign()).toEqual(['key ASIAQSTOLENKEYID0000']);
    endpoint.close();
    rmSync(folder, { recursive: true });
  });

  it('a runtime that starts with our preload is known to come through before it has made a call', async () => {
    const one = await start();
    const idle = { _HANDLER: 'app.handler' };
    expect(await one.call('/', { env: idle })).toBe('200');
    await end(one);
    const [measures] = lines(one).flatMap(({ measures }) => measures ?? []);
    expect(measures).toMatchObject({ calls: 1, sight: 'intercepted' });
  });

  it.runIf(isRoot)('a nodejs runtime without our preload is told of, once', async () => {
    const one = await start({ prepare: 'mount -t tmpfs none /var; mkdir -p /var/lang/bin; : >/var/lang/bin/node' });
    let told = false;
    const telling = one.extension.says('bypass: no preload').then(() => {
      told = true;
    });
    // It is told in an invocation, a second after the first look around: how many come in a second is the machine's affair.
    for (let n = 1; !told; n++) {
      one.lambda.invoke(`req-${n}`);
      await one.lambda.came('event/next', n + 1);
      await Promise.race([telling, new Promise((resolve) => setTimeout(resolve, 300))]);
    }
    await end(one);
    expect(lines(one).filter(({ finding }) => finding?.key === 'bypass: no preload')).toHaveLength(1);
    const [measures] = lines(one).flatMap(({ measures }) => measures ?? []);
    expect(measures).toMatchObject({ calls: 0, sight: 'bypassed' });
  });

  it('hands what it has learned to the store that it was given', async () => {
    const store = mkdtempSync(join(tmpdir(), 'rolefence-store-'));
    const one = await start({ env: { ROLEFENCE_BASELINE: `file:${store}/` } });
    one.lambda.invoke('req-1');
    expect(await one.call('/')).toBe('200');
    await end(one);
    const files = readdirSync(store, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(files).toHaveLength(1);
    rmSync(store, { recursive: true });
  });

  it('judges by what is approved in the store that it was given', async () => {
    const store = mkdtempSync(join(tmpdir(), 'rolefence-store-'));
    const learner = createLearner();
    learner.observe(call({ function: 'resize' }));
    const text = JSON.stringify({ approval: { serial: 1 }, ...learner.document() });
    await createFleet(folderStore(`${store}/`)).approvals.publish('resize', text);
    const one = await start({ env: { ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: `file:${store}/` } });
    one.lambda.invoke('req-1');
    expect(await one.call('/pictures?acl')).toBe('403');
    await end(one);
    expect(lines(one).filter(({ finding }) => finding?.scope === 'call')).not.toEqual([]);
    rmSync(store, { recursive: true });
  });

  it('Init that is cut off and done again: what the first sensor left in /tmp leads nobody astray', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rolefence-again-'));
    const env = { ROLEFENCE_STATE_DIR: join(folder, 'rolefence') };
    const first = await startEnvironment({ env });
    await first.lambda.came('event/next');
    const left = readFileSync(join(folder, 'rolefence/ca.pem'), 'utf8');
    await first.close();
    expect(existsSync(join(folder, 'rolefence/port'))).toBe(true);
    const one = await start({ env });
    expect(readFileSync(join(folder, 'rolefence/ca.pem'), 'utf8')).not.toBe(left);
    one.lambda.invoke('req-1');
    expect(await one.call('/')).toBe('200');
    await end(one);
    rmSync(folder, { recursive: true, force: true });
  });

  it('asks for the next event while the function is still at work, so that nothing of it lasts longer', async () => {
    const one = await start();
    // Nobody has answered the invocation, as the function does when it is done.
    one.lambda.invoke('req-1');
    await one.lambda.came('event/next', 2);
    await end(one);
  });

  it('asks for it also while a sink does not answer, which is then still waited for beside the next invocation', async () => {
    const taken: Socket[] = [];
    const receiver = createTcpServer((socket) => void taken.push(socket.on('error', () => {})));
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const tried = new Promise((resolve) => receiver.once('connection', resolve));
    const one = await start({
      env: {
        ROLEFENCE_MODE: 'alert',
        ROLEFENCE_BASELINE: 'file:/nowhere.json',
        ROLEFENCE_SINKS: 'webhook',
        ROLEFENCE_WEBHOOK_URL: `https://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
        ROLEFENCE_WEBHOOK_SECRET: 'a secret of sixteen and more',
      },
    });
    one.lambda.invoke('req-1');
    expect(await one.call('/')).toBe('200');
    await tried;
    for (const n of [2, 3, 4]) {
      one.lambda.invoke(`req-${n}`);
      await one.lambda.came('event/next', n + 1);
    }
    expect(taken.map(({ destroyed }) => destroyed)).toEqual([false]);
    for (const socket of taken) socket.destroy();
    receiver.close();
    await end(one);
  });

  it('where no sensor can run the log says so in the same figures', async () => {
    environment = await startEnvironment({ env: { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128' } });
    await environment.lambda.came('event/next');
    await end(environment);
    expect(lines(environment)).toEqual([{ measures: { function: 'resize', sight: 'unsupported' } }]);
  });
});
