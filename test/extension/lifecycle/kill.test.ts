import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listeners } from '../../e2e/rie/processes.ts';
import { buildLayer, type Environment, startEnvironment } from './environment.ts';

/** Mount namespaces need it. */
const isRoot = process.getuid?.() === 0;

describe('whatever fails, the sensor stays registered and the function runs', () => {
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
  /** The environment lives through an invocation and ends as Lambda wants it to. */
  const livesOn = async ({ lambda, extension }: Environment) => {
    const asked = lambda.asked.length;
    lambda.invoke('req-last');
    await lambda.came('event/next', lambda.asked.filter(({ path }) => path.endsWith('event/next')).length + 1);
    expect(lambda.asked.length).toBeGreaterThan(asked);
    lambda.shutdown();
    expect(await extension.ended).toBe(0);
  };

  it('carries a call, and ends at SHUTDOWN', async () => {
    const started = await start();
    started.lambda.invoke('req-1');
    expect(await started.call('/bucket/key')).toBe('200');
    expect(started.upstream.seen.some((one) => one.includes('/bucket/key'))).toBe(true);
    await livesOn(started);
    // Learning is never lost for want of a bucket.
    expect(started.extension.printed()).toContain('{"rolefence":{"learned":');
  });

  it('listens on loopback only', async () => {
    const started = await start();
    const sockets = listeners(started.sensorPid());
    expect(sockets.length).toBeGreaterThan(0);
    for (const address of sockets) expect(address).toMatch(/^0100007F:/);
  });

  describe.each([
    { what: 'a baseline that does not answer', file: 'fifo', line: /baseline .* has not arrived after 50 ms/ },
    { what: 'a broken baseline', file: 'broken', line: /the baseline cannot be used: .*broken/ },
    { what: 'a missing baseline', file: 'missing', line: /the baseline cannot be used: .*missing/ },
  ])('$what', ({ file, line }) => {
    it.each([
      ['open', '200'],
      ['closed', '403'],
    ])('fails %s', async (onFailure, status) => {
      const folder = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
      execFileSync('mkfifo', [join(folder, 'fifo')]);
      execFileSync('sh', ['-c', 'echo "{" >"$0/broken"', folder]);
      const started = await start({
        env: {
          ROLEFENCE_MODE: 'block',
          ROLEFENCE_BASELINE: `file:${join(folder, file)}`,
          ROLEFENCE_BASELINE_WAIT_MS: '50',
          ROLEFENCE_ON_FAILURE: onFailure,
        },
      });
      expect(await started.call()).toBe(status);
      expect(started.extension.printed()).toMatch(line);
      await livesOn(started);
      execFileSync('rm', ['-rf', folder]);
    });
  });

  describe.runIf(isRoot)('a full /tmp', () => {
    const prepare = `mkdir -p "\${STATE%/*}"; mount -t tmpfs -o size=16k none "\${STATE%/*}"; head -c 100000 /dev/zero >"\${STATE%/*}/full" 2>/dev/null || :`;
    it.each([
      ['open', '200', /ca\.pem cannot be written \(ENOSPC\): calls go through unread/],
      ['closed', '403|ECONNRESET|EPROTO', /ca\.pem cannot be written \(ENOSPC\): calls are refused/],
    ])('fails %s', async (onFailure, status, line) => {
      const started = await start({ env: { ROLEFENCE_ON_FAILURE: onFailure }, prepare });
      expect(await started.call()).toMatch(new RegExp(`^(${status})$`));
      expect(started.extension.printed()).toMatch(line);
      await livesOn(started);
    });
  });

  it('listens elsewhere where its port is taken, and clients find it there', async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
    const { port } = squatter.address() as AddressInfo;
    const started = await start({ env: { ROLEFENCE_PORT: `${port}` } });
    expect(await started.call()).toBe('200');
    expect(started.extension.printed()).toMatch(new RegExp(`port ${port} cannot be listened on \\(EADDRINUSE\\)`));
    squatter.close();
    await livesOn(started);
  });

  it('keeps Node clients on their way where the bundle for the others cannot be written', async () => {
    const started = await start({ env: { ROLEFENCE_CA_FILE: '/proc/nowhere/bundle.pem' } });
    expect(await started.call()).toBe('200');
    expect(started.extension.printed()).toContain('programs other than Node are not led through the sensor');
    await livesOn(started);
  });

  it('goes on after an upstream that resets', async () => {
    const started = await start();
    await started.upstream.close();
    expect(await started.call()).not.toBe('200');
    await livesOn(started);
  });

  it('lives with settings that mean nothing', async () => {
    const started = await start({
      env: { ROLEFENCE_MODE: 'bloc', ROLEFENCE_PORT: '-1', ROLEFENCE_UPSTREAM_CA: '/nowhere' },
    });
    expect(started.extension.printed()).toMatch(/ROLEFENCE_MODE is \\"bloc\\"/);
    await livesOn(started);
  });

  it.each([
    ['open', '200', 'go through unread'],
    ['closed', 'refused', 'are refused'],
  ])(
    'is started again when it is killed: same identifier, same port, nothing read, failing %s',
    async (onFailure, outcome, said) => {
      const started = await start({ env: { ROLEFENCE_ON_FAILURE: onFailure } });
      expect(await started.call()).toBe('200');
      const before = listeners(started.sensorPid());
      process.kill(started.sensorPid(), 'SIGKILL');
      await started.lambda.came('event/next', 2);
      expect(listeners(started.sensorPid())).toEqual(before);
      const identifiers = started.lambda.asked.filter(({ path }) => path.endsWith('next')).map((one) => one.identifier);
      expect(new Set(identifiers).size).toBe(1);
      expect(started.lambda.asked.filter(({ path }) => path.endsWith('register'))).toHaveLength(1);
      const after = await started.call();
      if (outcome === '200') expect(after).toBe('200');
      else expect(after).not.toBe('200');
      expect(started.extension.printed()).toContain('"severity":"critical"');
      expect(started.extension.printed()).toContain(said);
      await livesOn(started);
    },
  );
});
