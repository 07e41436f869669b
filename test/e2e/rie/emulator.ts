import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, realpathSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { freePort } from '../../../bench/proxy/ports.ts';
import { CACHE } from '../../toolchain/tool.ts';
import { inNamespace, type Process } from './processes.ts';

export interface EmulatorOptions {
  /** aws-lambda-rie. */
  readonly emulator: string;
  /** /opt, /var and /tmp as the environment sees them are folders below. Removed at the end. */
  readonly folder: string;
  /** Started once the extensions have registered; none for what stands in /opt/bootstrap. */
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  /** `file=place below folder`. */
  readonly binds: readonly string[];
  /** Folders that must stay visible although /tmp and /var are others. */
  readonly keep: readonly string[];
  /** Size of the file system under /tmp, as tmpfs takes it; otherwise it is a folder of this machine. */
  readonly tmpSize?: string | undefined;
  /** Stands for /etc/hosts. */
  readonly hostsFile?: string | undefined;
  /** Shell, run before the emulator in its namespace. */
  readonly prepare?: string | undefined;
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what a handler returns.
  readonly body: any;
}

/** AWS's runtime interface emulator in a mount namespace of its own. */
export interface Emulator {
  /** The first one starts everything, as the emulator does. */
  invoke(event: unknown, trace?: string): Promise<Answer>;
  /** Everything that emulator, extension and function have printed. */
  log(): string;
  /** When the log matches. */
  logged(pattern: RegExp): Promise<string>;
  /** Every process of the environment. */
  processes(): readonly Process[];
  /** SIGTERM: SHUTDOWN to the extensions. Resolves with the log when all has ended. */
  stop(): Promise<string>;
}

const SHUTDOWN_MS = 6_000;
const LOG_MS = 15_000;

const running = new Set<() => void>();
process.once('exit', () => {
  for (const end of running) end();
});

export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { emulator, folder, command, prepare } = options;
  const [port, apiPort] = await Promise.all([freePort(), freePort()]);
  const rie = [
    emulator,
    '--runtime-interface-emulator-address',
    `127.0.0.1:${port}`,
    '--runtime-api-address',
    `127.0.0.1:${apiPort}`,
    ...command,
  ];
  const prepared = prepare === undefined ? rie : ['sh', '-ec', `${prepare}\nexec "$0" "$@"`, ...rie];
  const enter = ['-m', '--propagation', 'private', 'sh', join(import.meta.dirname, 'enter.sh'), ...prepared];
  const keep = [CACHE, ...options.keep].filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const child = spawn('unshare', enter, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...options.variables,
      FOLDER: folder,
      KEEP: keep.filter((path) => /^\/(tmp|var|opt|mnt)\//.test(path)).join('\n'),
      BIND: options.binds.join('\n'),
      TMP_SIZE: options.tmpSize ?? '',
      HOSTS_FILE: options.hostsFile ?? '',
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
  const alive = () => child.exitCode === null && child.signalCode === null;

  return {
    async invoke(event, trace = newTrace()) {
      await listening(port);
      return post(port, event, trace);
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
    processes,
    async stop() {
      if (alive()) kill(child.pid!, 'SIGTERM');
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      if (alive()) await Promise.race([gone, pause(SHUTDOWN_MS)]);
      end();
      await closed;
      running.delete(end);
      // Mounts lived in the namespace that is gone now, so nothing but our own files is below.
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      return text;
    },
  };
}

/** Lambda gives each invocation a trace, to the function and to its extensions; the emulator hands on the caller's. */
export function newTrace(): string {
  const root = `1-${Math.floor(Date.now() / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}

/** The emulator listens a moment after it was started. */
async function listening(port: number): Promise<void> {
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

function post(port: number, event: unknown, trace: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const path = '/2015-03-31/functions/function/invocations';
    const headers = { 'X-Amzn-Trace-Id': trace };
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers, agent: false };
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

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
