import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CapturedRequest, Truth } from './compare.ts';

/**
 * Requests that botocore signs, made once a machine: its environment and what it made are kept outside of the checkout, under names that hold
 * the digest of everything they were made from.
 */
const here = fileURLToPath(new URL('./botocore/', import.meta.url));
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'rolefence');
const SOURCES = ['requirements.txt', 'keys.py', 'values.py', 'make_requests.py', 's3_requests.py'];

/** What `make_requests.py` knows as a variant, and `s3`: all addresses of S3. */
export const VARIANTS = [
  'required',
  'optional',
  'china',
  'gov-fips',
  'dualstack',
  'custom',
  'token',
  'endpoints',
] as const;

const SCRIPTS: Readonly<Record<string, string>> = { s3: 's3_requests.py', iam: 'iam_requests.py' };

export interface Conversation {
  readonly request: CapturedRequest;
  readonly truth: Truth;
}

/** Why the requests cannot be made here; null where they can. */
export function missingToolchain(): string | null {
  try {
    execFileSync('python3', ['-c', 'import sys, venv, ensurepip; assert sys.version_info >= (3, 10)'], {
      stdio: 'ignore',
    });
    return null;
  } catch {
    return 'needs Python 3.10 with venv and pip';
  }
}

function digest(...names: readonly string[]): string {
  const hash = createHash('sha256');
  for (const name of names) hash.update(readFileSync(join(here, name)));
  return hash.digest('hex').slice(0, 16);
}

/** The interpreter of an environment with the pinned botocore in it. */
function python(): string {
  const folder = join(cache, `venv-${digest('requirements.txt')}`);
  once(folder, (fresh) => {
    execFileSync('python3', ['-m', 'venv', fresh], { stdio: 'ignore' });
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', join(here, 'requirements.txt')];
    execFileSync(join(fresh, 'bin', 'python'), pip, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 300_000 });
  });
  return join(folder, 'bin', 'python');
}

/** One process makes a thing, the others wait for it: workers of one test run start at the same time. */
function once(folder: string, make: (fresh: string) => void): void {
  const lock = `${folder}.lock`;
  mkdirSync(cache, { recursive: true });
  const patience = Date.now() + 900_000;
  while (!existsSync(folder)) {
    try {
      mkdirSync(lock);
    } catch {
      // A lock that outlives its process is broken after a quarter of an hour.
      if (Date.now() > patience || Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 900_000)
        rmSync(lock, { recursive: true, force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      continue;
    }
    const fresh = mkdtempSync(`${folder}-new-`);
    try {
      if (existsSync(folder)) continue;
      make(fresh);
      renameSync(fresh, folder);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
      rmSync(lock, { recursive: true, force: true });
    }
  }
}

/** All requests of a variant; `services` limits it to some, for a quick run. */
export function conversations(
  variant: (typeof VARIANTS)[number] | 's3' | 'iam',
  services?: readonly string[],
): Conversation[] {
  const name =
    services === undefined
      ? variant
      : `${variant}-${createHash('sha256').update(services.join()).digest('hex').slice(0, 8)}`;
  const expected = readdirSync(new URL('./iam/', import.meta.url)).filter((file) => file.endsWith('.txt'));
  const sources =
    variant === 'iam' ? [...SOURCES, 'iam_requests.py', ...expected.map((file) => `../iam/${file}`)] : SOURCES;
  const folder = join(cache, `conformance-${digest(...sources)}`, name);
  mkdirSync(join(folder, '..'), { recursive: true });
  once(folder, (fresh) => {
    const options = ['--requests', join(fresh, 'requests.jsonl'), '--truth', join(fresh, 'truth.jsonl')];
    if (SCRIPTS[variant] === undefined) options.push('--variant', variant);
    if (services !== undefined) options.push('--services', services.join());
    const env = { PATH: process.env.PATH ?? '', AWS_CONFIG_FILE: '/dev/null', AWS_EC2_METADATA_DISABLED: 'true' };
    const script = join(here, SCRIPTS[variant] ?? 'make_requests.py');
    execFileSync(python(), [script, ...options], { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 900_000 });
  });
  const requests = lines<CapturedRequest>(join(folder, 'requests.jsonl'));
  const truths = lines<Truth>(join(folder, 'truth.jsonl'));
  return requests.map((request, index) => ({ request, truth: truths[index]! }));
}

function lines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}
