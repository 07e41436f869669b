import childProcess, { ChildProcess } from 'node:child_process';
import workerThreads from 'node:worker_threads';

/** What a process started by this one must have so that its calls are seen too. */
export type Inheritance = (env: Readonly<Record<string, string | undefined>>) => Record<string, string>;

/** Handed down as they are here; where a child has its own, that stays. */
const INHERITED = [
  'ROLEFENCE_SENSOR_PORT',
  'ROLEFENCE_SENSOR_CA',
  'ROLEFENCE_SENSOR_SOCKET',
  'ROLEFENCE_ON_FAILURE',
  'NODE_EXTRA_CA_CERTS',
  'AWS_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'NO_PROXY',
  'no_proxy',
] as const;

const PROXY_PAIRS = [
  ['HTTPS_PROXY', 'https_proxy'],
  ['HTTP_PROXY', 'http_proxy'],
] as const;

/**
 * Takes the sensor's proxy variables out of this process's environment: Node's connections are seen without them, and libraries that obey them (axios,
 * proxy agents) would change how they connect. Children get them back: not all of them are Node.
 */
export function hideProxy(env: NodeJS.ProcessEnv, port: number): void {
  for (const name of PROXY_PAIRS.flat()) if (env[name] === proxyUrl(port)) delete env[name];
}

export function inheritance(env: NodeJS.ProcessEnv, port: number, preload: string): Inheritance {
  const kept: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  // Put first where credentials are sealed: what Python presigns there goes to the sensor.
  const python = /^[^:]*\/rolefence\/python(?=:|$)/.exec(env.PYTHONPATH ?? '')?.[0];
  const require = `--require ${/\s/.test(preload) ? JSON.stringify(preload) : preload}`;
  return (child) => {
    const missing: Record<string, string> = {};
    for (const [name, value] of Object.entries(kept)) if (child[name] === undefined) missing[name] = value;
    for (const [upper, lower] of PROXY_PAIRS) {
      if (child[upper] || child[lower] || child.ALL_PROXY || child.all_proxy) continue;
      missing[upper] = proxyUrl(port);
      missing[lower] = proxyUrl(port);
    }
    if (!child.NODE_OPTIONS?.includes(require)) {
      missing.NODE_OPTIONS = child.NODE_OPTIONS ? `${require} ${child.NODE_OPTIONS}` : require;
    }
    if (python !== undefined && !child.PYTHONPATH?.split(':').includes(python)) {
      missing.PYTHONPATH = child.PYTHONPATH ? `${python}:${child.PYTHONPATH}` : python;
    }
    return missing;
  };
}

/** spawn, exec, execFile and fork all end here, with the environment as KEY=value pairs. */
export function wrapChildProcesses(inherit: Inheritance): void {
  const prototype = ChildProcess.prototype as unknown as { spawn(options: { envPairs?: string[] }): unknown };
  const spawn = prototype.spawn;
  prototype.spawn = function (options) {
    try {
      if (Array.isArray(options?.envPairs)) options.envPairs = completed(options.envPairs, inherit);
    } catch {
      // The child starts as it was asked for.
    }
    return spawn.call(this, options);
  };
  for (const name of ['spawnSync', 'execSync', 'execFileSync'] as const) wrapSync(name, inherit);
}

function completed(pairs: readonly string[], inherit: Inheritance): string[] {
  const child = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const missing = inherit(child);
  return [
    ...pairs.filter((pair) => !(pair.slice(0, pair.indexOf('=')) in missing)),
    ...Object.entries(missing).map(([name, value]) => `${name}=${value}`),
  ];
}

/** The synchronous forms: (command[, args][, options]); the environment is in the options, or this process's own. */
function wrapSync(name: 'spawnSync' | 'execSync' | 'execFileSync', inherit: Inheritance): void {
  const module = childProcess as unknown as Record<string, (...args: unknown[]) => unknown>;
  const original = module[name]!;
  module[name] = function (this: unknown, ...args: unknown[]) {
    let changed = args;
    try {
      const at = name === 'execSync' ? 1 : Array.isArray(args[1]) || args[1] === undefined || args[1] === null ? 2 : 1;
      const given = args[at];
      if (given === undefined || given === null || typeof given === 'object') {
        const options = (given ?? {}) as { env?: NodeJS.ProcessEnv };
        const env = options.env ?? process.env;
        changed = [...args];
        while (changed.length < at) changed.push(undefined);
        changed[at] = { ...options, env: { ...env, ...inherit(env) } };
      }
    } catch {
      // The child starts as it was asked for.
    }
    return original.apply(this, changed);
  };
  Object.defineProperty(module[name], 'name', { value: name });
}

/** A worker runs the preload again if its NODE_OPTIONS say so; one with an environment of its own would not. */
export function wrapWorkers(inherit: Inheritance): void {
  const Original = workerThreads.Worker;
  class Worker extends Original {
    constructor(file: string | URL, options?: workerThreads.WorkerOptions) {
      super(file, withEnvironment(options, inherit));
    }
  }
  (workerThreads as { Worker: unknown }).Worker = Worker;
}

function withEnvironment(
  options: workerThreads.WorkerOptions | undefined,
  inherit: Inheritance,
): workerThreads.WorkerOptions | undefined {
  const env = options?.env;
  if (options === undefined || typeof env !== 'object' || env === null) return options;
  const missing = inherit(env);
  // Seen without them, as in this process.
  for (const name of PROXY_PAIRS.flat()) delete missing[name];
  return { ...options, env: { ...env, ...missing } };
}

const proxyUrl = (port: number) => `http://127.0.0.1:${port}`;
