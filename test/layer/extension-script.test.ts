import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeLambda, IDENTIFIER, startFakeLambda } from '../extension/lifecycle/fake-lambda.ts';
import { makeOpt, type Opt, type Run, run } from './opt.ts';

/** Where no Node is installed, but the shell's own tools are. */
const TOOLS = '/usr/bin:/bin';

describe.each(['/bin/dash', '/bin/bash'])('the extension script under %s', (shell) => {
  let lambda: FakeLambda;
  let opt: Opt;
  let running: Run | undefined;

  beforeEach(async () => {
    lambda = await startFakeLambda();
    opt = makeOpt();
  });
  afterEach(async () => {
    running?.kill();
    await lambda.close();
    opt.remove();
  });

  const start = (env: Record<string, string> = {}) => {
    running = run(shell, [opt.extension], {
      PATH: TOOLS,
      AWS_LAMBDA_RUNTIME_API: lambda.endpoint,
      ROLEFENCE_STATE_DIR: opt.state,
      ...env,
    });
    return running;
  };
  /** Stands in for Node: what it does is written in shell, each start numbered in the file `starts`. */
  const fakeNode = (body: string) =>
    opt.write(
      'fake-node',
      `#!/bin/sh\necho x >>${opt.folder}/starts\nn=$(wc -l <${opt.folder}/starts)\n${body}\n`,
      0o755,
    );
  const registered = 'echo identifier=ID-1 >&3; echo port=4711 >&3';

  it('ends when the sensor has ended at SHUTDOWN', async () => {
    const script = start({ ROLEFENCE_NODE: fakeNode(`${registered}; echo shutdown >&3`) });
    expect(await script.ended).toBe(0);
    expect(script.printed()).toBe('');
  });

  it('starts the sensor again with its identifier and port when it dies, whatever the code', async () => {
    const node = fakeNode(`case $n in
      1) ${registered}; kill -9 $$ ;;
      2) echo "resumed $ROLEFENCE_RESUME"; exit 0 ;;
      3) echo shutdown >&3 ;;
    esac`);
    const script = start({ ROLEFENCE_NODE: node });
    expect(await script.ended).toBe(0);
    expect(script.printed()).toContain('resumed ID-1 4711');
    expect(script.printed()).toContain('exit 137) before SHUTDOWN: starting it again');
    expect(script.printed()).toContain('exit 0) before SHUTDOWN: starting it again');
  });

  it('keeps the function’s own settings for its programs away from the sensor', async () => {
    const node = fakeNode(`env; ${registered}; echo shutdown >&3`);
    const script = start({
      ROLEFENCE_NODE: node,
      NODE_OPTIONS: '--require /var/task/theirs.js',
      HTTPS_PROXY: 'http://theirs:1',
      no_proxy: '*',
      NODE_EXTRA_CA_CERTS: '/theirs.pem',
      LD_PRELOAD: '',
      ROLEFENCE_MODE: 'alert',
    });
    await script.ended;
    expect(script.printed()).not.toMatch(/theirs|no_proxy/);
    expect(script.printed()).toContain('ROLEFENCE_MODE=alert');
  });

  it('keeps sealed keys out of its own environment and its sensor’s, and hands them over in a pipe', async () => {
    const node = fakeNode(
      `tr '\\0' '\\n' </proc/$PPID/environ; env; echo "keys: $(cat <&$ROLEFENCE_KEYS_FD | tr '\\n' ' ')"; ${registered}; echo shutdown >&3`,
    );
    const script = start({
      ROLEFENCE_NODE: node,
      ROLEFENCE_CREDENTIALS: 'sealed',
      AWS_ACCESS_KEY_ID: 'ASIAREAL',
      AWS_SECRET_ACCESS_KEY: 'real-secret',
      AWS_SESSION_TOKEN: 'real-token',
    });
    await script.ended;
    const [environments = '', keys = ''] = script.printed().split('keys: ');
    expect(environments).toContain('ROLEFENCE_KEYS_FD=5');
    expect(environments).not.toMatch(/AWS_(ACCESS|SECRET|SESSION)|real-/);
    expect(keys.trim()).toBe('ASIAREAL real-secret real-token');
  });

  it('keeps the token of the endpoint that hands out keys (SnapStart) out of them, too', async () => {
    const node = fakeNode(
      `tr '\\0' '\\n' </proc/$PPID/environ; env; echo "keys: $(cat <&$ROLEFENCE_KEYS_FD | tr '\\n' ' ')"; ${registered}; echo shutdown >&3`,
    );
    const script = start({
      ROLEFENCE_NODE: node,
      ROLEFENCE_CREDENTIALS: 'sealed',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9001/2021-04-23/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'real-authorization',
    });
    expect(await script.ended).toBe(0);
    const [environments, keys] = script.printed().split('keys: ') as [string, string];
    expect(environments).not.toMatch(/AWS_CONTAINER|real-/);
    expect(keys).toContain('http://127.0.0.1:9001/2021-04-23/credentials real-authorization');
  });

  it.each(['sealed', 'seald', 'shared sealed', '*'])(
    'does not seal by a Node that the function can look into: %s',
    async (word) => {
      const script = start({ ROLEFENCE_CREDENTIALS: word, AWS_SECRET_ACCESS_KEY: 'real-secret' });
      await lambda.came('event/next');
      expect(script.printed()).toContain('sealed credentials need the Node.js of the universal layer');
      lambda.shutdown();
      expect(await script.ended).toBe(0);
    },
  );

  it('removes what an earlier process left in /tmp before anything starts', async () => {
    mkdirSync(opt.state, { recursive: true });
    writeFileSync(join(opt.state, 'port'), '1\n');
    writeFileSync(`${opt.state}.port-2`, '');
    symlinkSync('/etc/passwd', join(opt.state, 'ca.pem'));
    const script = start({ ROLEFENCE_NODE: fakeNode(`ls -a ${opt.state}* 2>&1; ${registered}; echo shutdown >&3`) });
    await script.ended;
    expect(script.printed()).not.toMatch(/port-2|ca\.pem/);
    expect(existsSync('/etc/passwd')).toBe(true);
  });

  it('stays registered and idle where no Node can run, and leaves no port for the wrapper', async () => {
    const script = start({ ROLEFENCE_NODE: fakeNode(`mkdir -p ${opt.state}; echo 1 >${opt.state}/port; exit 127`) });
    await lambda.came('event/next');
    expect(lambda.asked[0]).toMatchObject({ name: 'rolefence', body: { events: ['SHUTDOWN'] } });
    expect(lambda.asked[1]).toMatchObject({ identifier: IDENTIFIER });
    expect(existsSync(opt.state)).toBe(false);
    expect(script.printed()).toMatch(/no Node.js 20 or newer runs here, tried: \S+fake-node \(exit 127\)/);
    lambda.shutdown();
    expect(await script.ended).toBe(0);
  });

  it('stays idle in a function with too little memory, without starting a Node', async () => {
    const script = start({ ROLEFENCE_NODE: fakeNode('exit 1'), AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128' });
    await lambda.came('event/next');
    expect(existsSync(join(opt.folder, 'starts'))).toBe(false);
    expect(script.printed()).toContain('128 MB');
    lambda.shutdown();
    expect(await script.ended).toBe(0);
  });

  it('runs in that function when told so', async () => {
    const script = start({
      ROLEFENCE_NODE: fakeNode(`${registered}; echo shutdown >&3`),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      ROLEFENCE_MIN_MEMORY: '128',
    });
    expect(await script.ended).toBe(0);
    expect(script.printed()).toBe('');
  });

  it.each([
    ['said so by a file with other line ends', '1\r'],
    ['said so', '1'],
  ])(
    'goes on asking for events under the sensor’s identifier when the sensor cannot be kept running as often as was %s',
    async (_, restarts) => {
      const script = start({
        ROLEFENCE_NODE: fakeNode(`[ $n -gt 1 ] || { echo identifier=${IDENTIFIER} >&3; echo port=1 >&3; }; exit 134`),
        ROLEFENCE_RESTARTS: restarts,
      });
      await lambda.came('event/next');
      expect(lambda.asked[0]).toMatchObject({ identifier: IDENTIFIER });
      lambda.invoke('req-1');
      await lambda.came('event/next', 2);
      lambda.shutdown();
      expect(await script.ended).toBe(0);
      expect(script.printed()).toContain('cannot be kept running (exit 134)');
    },
  );

  it.each(['bash', 'wget'])('registers by %s where there is no curl', async (tool) => {
    const bin = join(opt.folder, 'bin');
    mkdirSync(bin);
    for (const name of [tool, 'sh', 'cat', 'sleep', 'rm']) {
      const real = ['/bin', '/usr/bin'].map((at) => join(at, name)).find((path) => existsSync(path));
      if (real !== undefined) symlinkSync(real, join(bin, name));
    }
    const script = start({ PATH: bin });
    await lambda.came('event/next');
    lambda.shutdown('timeout');
    expect(await script.ended).toBe(0);
  });
});
