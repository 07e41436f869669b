import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CACHE } from '../../toolchain/tool.ts';
import { inNamespace, type Process } from './processes.ts';
import type { Runtime } from './runtimes.ts';

/** What a function is configured with. */
export interface FunctionSettings {
  /** aws-lambda-rie. */
  readonly emulator: string;
  readonly runtime: Runtime;
  /** The function's package: copied to /var/task. */
  readonly task: string;
  readonly handler: string;
  /** What is unpacked under /opt; null for a function without our layer. */
  readonly layer: string | null;
  readonly variables: Readonly<Record<string, string>>;
  /** Files put into the package, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly timeoutS?: number;
  readonly memoryMb?: number;
  /** Size of the file system under /tmp, as tmpfs takes it; otherwise it is a folder of this machine. */
  readonly tmpSize?: string;
  /** Stands for /etc/hosts. */
  readonly hostsFile?: string;
  /** Shell, run before the emulator in its namespace. */
  readonly prepare?: string;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a handler returns.
  readonly body: any;
}

/** An execution environment started by AWS's runtime interface emulator, with /opt, /var/task and /tmp of its own. */
export interface ExecutionEnvironment {
  /** The first one starts everything, as the emulator does. */
  invoke(event: unknown): Promise<Answer>;
  /** Everything that emulator, extension and function have printed. */
  log(): string;
  /** When the log matches. */
  logged(pattern: RegExp): Promise<string>;
  /** What stands for /tmp, seen from outside (not where it is a file system of its own). */
  readonly tmp: string;
  /** Every process of the environment. */
  processes(): readonly Process[];
  /** SIGTERM: SHUTDOWN to the extensions. Resolves with the log when all has ended. */
  shutdown(): Promise<string>;
}

const SHUTDOWN_MS = 6_000;
const LOG_MS = 15_000;

/** The role's keys of every function here: the secret parts are what tests look for where they must not be. */
export const ROLE = {
  accessKeyId: 'ASIARTX3GSDSV2ROLE7A',
  secretAccessKey: 'e2eRoleSecretKey/nowhereToBeFound0000000',
  sessionToken: 'e2eRoleSessionToken//nowhereToBeFound//IQoJb3JpZ2luX2VjEXAMPLE',
};
export const FUNCTION = 'resize';

const running = new Set<() => void>();
process.once('exit', () => {
  for (const end of running) end();
});

export async function startEnvironment(settings: FunctionSettings): Promise<ExecutionEnvironment> {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-rie-'));
  for (const name of ['opt', 'tmp', 'var/task', 'var/lang/bin', 'var/runtime', 'var/tmp']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  cpSync(settings.task, join(folder, 'var/task'), { recursive: true });
  for (const [name, content] of Object.entries(settings.files ?? {})) {
    writeFileSync(join(folder, 'var/task', name), content);
  }
  const binds = settings.layer === null ? [] : [`${settings.layer}=opt`];
  for (const { path, at, isFile } of settings.runtime.places) {
    if (isFile) writeFileSync(join(folder, at), '');
    else mkdirSync(join(folder, at), { recursive: true });
    binds.push(`${path}=${at}`);
  }
  const [port, apiPort] = await Promise.all([freePort(), freePort()]);
  const { emulator, runtime } = settings;
  const wrapper = settings.layer === null ? [] : ['/opt/rolefence/wrapper'];
  const rie = [
    emulator,
    '--runtime-interface-emulator-address',
    `127.0.0.1:${port}`,
    '--runtime-api-address',
    `127.0.0.1:${apiPort}`,
    ...wrapper,
    ...runtime.command,
    settings.handler,
  ];
  const prepared = settings.prepare === undefined ? rie : ['sh', '-ec', `${settings.prepare}\nexec "$0" "$@"`, ...rie];
  const enter = ['-m', '--propagation', 'private', 'sh', join(import.meta.dirname, 'enter.sh'), ...prepared];
  const keep = [CACHE, ...runtime.keep].filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const child = spawn('unshare', enter, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...variables(settings),
      FOLDER: folder,
      KEEP: keep.filter((path) => /^\/(tmp|var|opt|mnt)\//.test(path)).join('\n'),
      BIND: binds.join('\n'),
      TMP_SIZE: settings.tmpSize ?? '',
      HOSTS_FILE: settings.hostsFile ?? '',
    },
  });
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      for (const watcher of watchers) watcher();
    });
  }
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const processes = () => inNamespace(child.pid!);
  const end = () => {
    for (const { pid } of processes()) kill(pid, 'SIGKILL');
  };
  running.add(end);

  async function shutdown(): Promise<string> {
    if (child.exitCode === null && child.signalCode === null) kill(child.pid!, 'SIGTERM');
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.exitCode === null && child.signalCode === null) await Promise.race([gone, pause(SHUTDOWN_MS)]);
    end();
    await closed;
    running.delete(end);
    return text;
  }

  return {
    invoke: async (event) => {
      await listening(port);
      return post(port, event);
    },
    log: () => text,
    logged: (pattern) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => done(new Error(`not in the log: ${pattern}; the log:\n${text}`)), LOG_MS);
        const look = () => pattern.test(text) && done(null);
        const done = (error: Error | null) => {
          clearTimeout(timer);
          watchers.delete(look);
          if (error === null) resolve(text);
          else reject(error);
        };
        watchers.add(look);
        look();
      }),
    tmp: join(folder, 'tmp'),
    processes,
    async shutdown() {
      const log = await shutdown();
      cleanUp(folder);
      return log;
    },
  };
}

/** What Lambda sets; nothing of this machine's environment gets in. */
function variables(settings: FunctionSettings): Record<string, string> {
  return {
    PATH: '/var/lang/bin:/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: FUNCTION,
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${settings.memoryMb ?? 512}`,
    AWS_LAMBDA_FUNCTION_TIMEOUT: `${settings.timeoutS ?? 20}`,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FUNCTION}`,
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[7]0123456789abcdef',
    AWS_ACCESS_KEY_ID: ROLE.accessKeyId,
    AWS_SECRET_ACCESS_KEY: ROLE.secretAccessKey,
    AWS_SESSION_TOKEN: ROLE.sessionToken,
    AWS_EXECUTION_ENV: settings.runtime.executionEnv,
    LAMBDA_TASK_ROOT: '/var/task',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    _HANDLER: settings.handler,
    ...settings.runtime.variables,
    ...settings.variables,
  };
}

/** Two environments at once must not get the same one, so each port is held while the next is asked for; RIE takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** The emulator listens a moment after it was started. */
async function listening(port: number): Promise<void> {
  const { connect } = await import('node:net');
  for (let attempt = 0; attempt < 400; attempt++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await pause(25);
  }
  throw new Error('the emulator does not listen');
}

function post(port: number, event: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const path = '/2015-03-31/functions/function/invocations';
    const options = { host: '127.0.0.1', port, path, method: 'POST', agent: false };
    request(options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part) => {
        body += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(body) }));
      response.on('error', reject);
    })
      .on('error', reject)
      .end(JSON.stringify(event));
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** Mounts live in the namespace that is gone now, so nothing but our own files is below. */
function cleanUp(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
