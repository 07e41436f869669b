import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Run, run } from '../../layer/opt.ts';
import { type Listener, startListener } from '../../layer/preload/listener.ts';
import { type FakeLambda, startFakeLambda } from './fake-lambda.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LAYER = join(ROOT, 'dist/layer-slim');
export const S3 = 's3.us-east-1.amazonaws.com';

/** Builds what runs below; quick when nothing has changed. */
export function buildLayer(): void {
  execFileSync(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'layer/build.ts', '--slim'], {
    cwd: ROOT,
    stdio: 'ignore',
  });
}

/** An execution environment: the built layer's real extension process under a fake Extensions API, and an upstream that answers for AWS. */
export interface Environment {
  readonly lambda: FakeLambda;
  readonly upstream: Listener;
  readonly extension: Run;
  readonly folder: string;
  /** A function's process under the wrapper: the status of one S3 call, or the code of its error. */
  call(
    path?: string,
    more?: {
      readonly env?: Record<string, string>;
      readonly headers?: Record<string, string>;
      /** What it does as soon as the answer's last byte is there: JavaScript. */
      readonly afterwards?: string;
    },
  ): Promise<string>;
  /** The sensor's own process. */
  sensorPid(): number;
  close(): Promise<void>;
}

const NAMED = `hosts="\${STATE%/*}"; mkdir -p "$hosts"; echo '127.0.0.1 localhost sandbox.localdomain' >"$hosts/hosts"; mount --bind "$hosts/hosts" /etc/hosts`;

export async function startEnvironment(
  options: {
    readonly env?: Record<string, string>;
    /** Run by sh before the extension, in its own mount namespace; $STATE is the state directory. Needs root. */
    readonly prepare?: string;
    /** False: INVOKE cannot be registered, as on Managed Instances. */
    readonly invocations?: boolean;
    /** True: Lambda has a Telemetry API, and the name by which it reaches the extension leads there. Needs root. */
    readonly telemetry?: boolean;
  } = {},
): Promise<Environment> {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-environment-'));
  const state = join(folder, 'tmp/rolefence');
  const [lambda, upstream] = await Promise.all([
    startFakeLambda({
      accountId: '111122223333',
      invocations: options.invocations ?? true,
      telemetry: options.telemetry === true,
    }),
    startListener([S3, 'example.com']),
  ]);
  const upstreamCa = join(folder, 'upstream.pem');
  writeFileSync(upstreamCa, upstream.caPem);
  const env = {
    PATH: '/usr/bin:/bin',
    AWS_LAMBDA_RUNTIME_API: lambda.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_LAMBDA_FUNCTION_NAME: 'resize',
    AWS_LAMBDA_FUNCTION_VERSION: '7',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
    AWS_ACCESS_KEY_ID: 'ASIAQEXAMPLEKEYID000',
    ROLEFENCE_NODE: process.execPath,
    ROLEFENCE_STATE_DIR: state,
    ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${upstream.port}`,
    ROLEFENCE_UPSTREAM_CA: upstreamCa,
    ...options.env,
  };
  const script = join(LAYER, 'extensions/rolefence');
  const prepare = options.telemetry === true ? NAMED : options.prepare;
  const extension =
    prepare === undefined
      ? run(script, [], env)
      : run('unshare', ['-m', '--propagation', 'private', 'sh', '-ec', `${prepare}\nexec "$0"`, script], {
          ...env,
          STATE: state,
        });
  const sensorPid = () => descendant(extension.process.pid!, 'main.mjs');
  return {
    lambda,
    upstream,
    extension,
    folder,
    sensorPid,
    call: (path = '/', more = {}) =>
      call(
        path,
        more.headers ?? {},
        more.afterwards ?? '',
        { ...env, NODE_EXTRA_CA_CERTS: upstreamCa, ...more.env },
        prepare ? extension.process.pid! : null,
      ),
    async close() {
      extension.kill();
      await extension.ended;
      await Promise.all([lambda.close(), upstream.close()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a handler does, in a process of its own; in the extension's mount namespace where that has one. */
function call(
  path: string,
  headers: Record<string, string>,
  afterwards: string,
  env: Record<string, string>,
  namespaceOf: number | null,
): Promise<string> {
  const get = `require('https').get({ host: '${S3}', path: '${path}', headers: ${JSON.stringify(headers)}, agent: false }, (r) => { r.resume().on('end', () => { ${afterwards}; console.log(r.statusCode); }); })
    .on('error', (e) => console.log(e.code))`;
  const command = [join(LAYER, 'rolefence/wrapper'), process.execPath, '-e', get];
  const all = namespaceOf === null ? command : ['nsenter', '-t', `${namespaceOf}`, '-m', ...command];
  return new Promise((resolve) => {
    const child = spawn(all[0]!, all.slice(1), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (part) => {
      text += part;
    });
    child.on('close', () => resolve(text.trim()));
  });
}

/** Linux only, as Lambda is. */
function descendant(pid: number, named: string): number {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const program = readlinkSync(`/proc/${name}/exe`);
      const line = readFileSync(`/proc/${name}/cmdline`, 'latin1');
      if (line.includes(named) && program.endsWith('node') && groupOf(name) === pid) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error(`no process ${named} in the group of ${pid}`);
}

/** Field 5 of /proc/PID/stat, behind the name in parentheses (proc(5)). */
function groupOf(pid: string): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}
