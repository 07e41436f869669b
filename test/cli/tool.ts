import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll } from 'vitest';

export const ROOT = join(import.meta.dirname, '../..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
}

/** A folder of this test file; gone when it has ended. */
export function testFolder() {
  const path = mkdtempSync(join(tmpdir(), 'rolefence-cli-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    at: (name: string) => join(path, name),
    write(name: string, content: string | Uint8Array): string {
      writeFileSync(join(path, name), content);
      return join(path, name);
    },
    lines: (name: string) => jsonLines(readFileSync(join(path, name), 'utf8')),
    read: (name: string) => readFileSync(join(path, name), 'utf8'),
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what a test looks at is what it expects.
export const jsonLines = (text: string): any[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const running = new Set<ChildProcessWithoutNullStreams>();
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** The tool as a process of its own, from source. Nothing of this machine's environment gets in. */
export function start(args: readonly string[], options: Options = {}) {
  const child = spawn(process.execPath, [join(ROOT, 'cli/main.ts'), ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...options.env },
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  const told = () => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.on('data', (part) => {
    stdout += part;
    told();
  });
  child.stderr.on('data', (part) => {
    stderr += part;
    told();
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
      told();
    });
  });
  return {
    child,
    ended,
    /** Resolves with all of standard output once `wanted` is in it, or when the process has ended. */
    prints: (wanted: string) =>
      new Promise<string>((resolve) => {
        const check = () => {
          if (!stdout.includes(wanted) && running.has(child)) return;
          watchers.delete(check);
          resolve(stdout);
        };
        watchers.add(check);
        check();
      }),
  };
}

/** For tests that need a program beside Node.js: skipped by name where it is missing. */
export function has(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

export const rolefence = (args: readonly string[], options: Options = {}): Promise<Ended> => start(args, options).ended;

/** What every bad input must give: exit 2, nothing on standard output, one line without a stack trace. */
export function sentence({ code, stderr, stdout }: Ended): string {
  const lines = stderr.split('\n').filter((line) => line !== '');
  if (code !== 2 || lines.length !== 1 || stdout !== '' || /^\s+at /m.test(stderr)) {
    throw new Error(`expected one sentence and exit 2, not ${JSON.stringify({ code, stdout, stderr })}`);
  }
  return lines[0]!;
}
