import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLambdaApis } from './apis.ts';
import type { LogEvent } from './log-group.ts';
import { type ProcessGroup, startProcess } from './process-group.ts';

export interface FunctionSettings {
  readonly name: string;
  readonly version: string;
  readonly account: string;
  readonly region: string;
  /** file.export below `task`, an ES module. */
  readonly handler: string;
  /** What AWS has at /var/task. */
  readonly task: string;
  /** What AWS has at /opt, unpacked; null for a function without layers. */
  readonly layer: string | null;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  readonly variables: Readonly<Record<string, string>>;
  /** Node arguments of the runtime process. */
  readonly nodeArguments?: readonly string[];
}

export interface Invocation {
  readonly requestId: string;
  readonly body: unknown;
  readonly failed: boolean;
  /** From handing out the event to the runtime's answer, milliseconds. */
  readonly durationMs: number;
}

/** One execution environment of a function, from INIT_START to SHUTDOWN. */
export interface ExecutionEnvironment {
  readonly log: readonly LogEvent[];
  /** One at a time, as Lambda does it. Rejects if a process of the environment has ended. */
  invoke(event: unknown): Promise<Invocation>;
  /** SIGTERM to the runtime, SHUTDOWN to the extensions, two seconds in all; then the folder that stood for /tmp is gone. */
  shutdown(): Promise<void>;
}

const RUNTIME = join(import.meta.dirname, 'runtime.mjs');
const INIT_MS = 10_000;
const TIMEOUT_MS = 15_000;
const SHUTDOWN_MS = 2_000;
const RUNTIME_SHUTDOWN_MS = 300;

/**
 * Starts a function as Lambda does: every file in /opt/extensions, then, when all have registered, the runtime through AWS_LAMBDA_EXEC_WRAPPER. What it
 * does not do: no freezing between invocations, no user of its own, and /opt is the layer's folder wherever that lies.
 */
export async function startExecutionEnvironment(settings: FunctionSettings): Promise<ExecutionEnvironment> {
  const { name, version, account, region, handler, layer } = settings;
  const functionArn = `arn:aws:lambda:${region}:${account}:function:${name}`;
  const apis = await startLambdaApis({ functionArn, functionName: name, version, handler, account });
  const temporary = mkdtempSync(join(tmpdir(), 'rolefence-demo-'));
  const stream = `2026/01/01/[${version}]${randomBytes(16).toString('hex')}`;
  const log: LogEvent[] = [];
  const write = (message: string) => log.push({ logStreamName: stream, timestamp: Date.now(), message });

  const shared = sharedVariables(settings, apis.address, temporary);
  const processes: ProcessGroup[] = [];
  const start = (command: readonly string[], env: Record<string, string>) => {
    const group = startProcess(command, env, write);
    processes.push(group);
    return group;
  };
  const crashed = () =>
    Promise.race(
      processes.map((group) => group.ended.then(() => Promise.reject(new Error('a process of the environment ended')))),
    );
  const patiently = <T>(what: Promise<T>, ms: number, why: string): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(why)), ms);
    });
    return Promise.race([what, crashed(), patience]).finally(() => clearTimeout(timer)) as Promise<T>;
  };

  async function stop(): Promise<void> {
    const [runtime, ...others] = [...processes].reverse();
    runtime?.signal('SIGTERM');
    await Promise.race([runtime?.ended, pause(RUNTIME_SHUTDOWN_MS)]);
    runtime?.signal('SIGKILL');
    apis.shutdown('spindown', Date.now() + SHUTDOWN_MS);
    await Promise.race([Promise.all(others.map(({ ended }) => ended)), pause(SHUTDOWN_MS)]);
    for (const group of processes) if (group.running) group.signal('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
    await apis.close();
    rmSync(temporary, { recursive: true, force: true });
  }

  try {
    write(`INIT_START Runtime Version: demo, Node.js ${process.version}`);
    const folder = layer === null ? null : join(layer, 'extensions');
    const programs = folder !== null && existsSync(folder) ? readdirSync(folder).map((file) => join(folder, file)) : [];
    for (const program of programs) start([program], { ...shared });
    for (const line of await patiently(apis.registered(programs.length), INIT_MS, 'an extension did not register'))
      write(line);

    const wrapper = settings.variables.AWS_LAMBDA_EXEC_WRAPPER;
    const command = [process.execPath, ...(settings.nodeArguments ?? []), RUNTIME];
    const wrapped = wrapper === undefined || layer === null ? command : [wrapper.replace(/^\/opt/, layer), ...command];
    start(wrapped, { ...shared, ...runtimeVariables(settings, stream) });
    await patiently(apis.idle(), INIT_MS, 'Init did not end in time');
  } catch (error) {
    await stop();
    throw new Error(`${(error as Error).message}; its log:\n${log.map(({ message }) => message).join('\n')}`);
  }

  return {
    log,
    async invoke(event) {
      const requestId = randomUUID();
      write(`START RequestId: ${requestId} Version: ${version}`);
      const started = performance.now();
      const why = 'the invocation did not end in time';
      const answer = await patiently(apis.invoke(requestId, event, Date.now() + TIMEOUT_MS), TIMEOUT_MS, why);
      const durationMs = performance.now() - started;
      await patiently(apis.idle(), TIMEOUT_MS, why);
      write(`END RequestId: ${requestId}`);
      write(
        `REPORT RequestId: ${requestId} Duration: ${durationMs.toFixed(2)} ms Billed Duration: ${Math.ceil(performance.now() - started)} ms`,
      );
      return { requestId, ...answer, durationMs };
    },
    shutdown: stop,
  };
}

/** What Lambda sets for runtime and extensions alike. Nothing of this machine's environment gets in. */
function sharedVariables(settings: FunctionSettings, api: string, temporary: string): Record<string, string> {
  const state = join(temporary, 'rolefence');
  mkdirSync(join(temporary, 'home'));
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    HOME: join(temporary, 'home'),
    AWS_REGION: settings.region,
    AWS_DEFAULT_REGION: settings.region,
    AWS_LAMBDA_FUNCTION_NAME: settings.name,
    AWS_LAMBDA_FUNCTION_VERSION: settings.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_RUNTIME_API: api,
    AWS_ACCESS_KEY_ID: settings.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: settings.credentials.secretAccessKey,
    AWS_SESSION_TOKEN: settings.credentials.sessionToken,
    // Not Lambda's: several environments share this machine's /tmp, and its Node does not lie in /var/lang.
    ROLEFENCE_STATE_DIR: state,
    ROLEFENCE_NODE: process.execPath,
    ...settings.variables,
  };
}

/** What Lambda keeps from extensions. */
function runtimeVariables(settings: FunctionSettings, stream: string): Record<string, string> {
  return {
    _HANDLER: settings.handler,
    LAMBDA_TASK_ROOT: settings.task,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${settings.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: stream,
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
