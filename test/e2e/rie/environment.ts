import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, startEmulator } from './emulator.ts';
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

/** An execution environment started by AWS's runtime interface emulator, with /opt, /var/task and /tmp of its own. */
export interface ExecutionEnvironment extends Omit<Emulator, 'stop'> {
  /** What stands for /tmp, seen from outside (not where it is a file system of its own). */
  readonly tmp: string;
  /** SHUTDOWN; resolves with the log when all has ended. */
  shutdown(): Promise<string>;
}

/** The role's keys of every function here: the secret parts are what tests look for where they must not be. */
export const ROLE = {
  accessKeyId: 'ASIARTX3GSDSV2ROLE7A',
  secretAccessKey: 'e2eRoleSecretKey/nowhereToBeFound0000000',
  sessionToken: 'e2eRoleSessionToken//nowhereToBeFound//IQoJb3JpZ2luX2VjEXAMPLE',
};
export const FUNCTION = 'resize';

export async function startEnvironment(settings: FunctionSettings): Promise<ExecutionEnvironment> {
  const folder = environmentFolder();
  cpSync(settings.task, join(folder, 'var/task'), { recursive: true });
  for (const [name, content] of Object.entries(settings.files ?? {})) {
    writeFileSync(join(folder, 'var/task', name), content);
  }
  const { emulator, runtime, tmpSize, hostsFile, prepare } = settings;
  const binds = settings.layer === null ? [] : [`${settings.layer}=opt`];
  for (const { path, at, isFile } of runtime.places) {
    if (isFile) writeFileSync(join(folder, at), '');
    else mkdirSync(join(folder, at), { recursive: true });
    binds.push(`${path}=${at}`);
  }
  const wrapper = settings.layer === null ? [] : ['/opt/rolefence/wrapper'];
  const { stop, ...started } = await startEmulator({
    emulator,
    folder,
    command: [...wrapper, ...runtime.command, settings.handler],
    variables: variables(settings),
    binds,
    keep: runtime.keep,
    tmpSize,
    hostsFile,
    prepare,
  });
  return { ...started, tmp: join(folder, 'tmp'), shutdown: stop };
}

/** A new folder with what an execution environment has of its own. */
export function environmentFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-rie-'));
  for (const name of ['opt', 'tmp', 'var/task', 'var/lang/bin', 'var/runtime', 'var/tmp']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  return folder;
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
