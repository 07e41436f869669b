import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const started = new Set<ChildProcess>();

/** A child that is ended with the benchmark, whatever becomes of it. What it says on standard error is kept, to be shown where it fails. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
  const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  started.add(process);
  let said = '';
  process.stderr?.on('data', (bytes: Buffer) => {
    said = (said + bytes).slice(-2_000);
  });
  process.once('exit', () => started.delete(process));
  process.once('error', (error) => {
    said += error.message;
  });
  return { process, said: () => said };
}

export interface Child {
  readonly process: ChildProcess;
  said(): string;
}

/** Resolves with the first line on standard output that `wanted` takes. */
export function line(child: Child, wanted: (text: string) => boolean, timeoutMs = 20_000): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}: ${child.said().trim().split('\n').slice(-3).join(' | ')}`));
    const timer = setTimeout(() => fail('it did not get ready'), timeoutMs);
    const lines = createInterface({ input: child.process.stdout as NodeJS.ReadableStream });
    lines.on('line', (text) => {
      if (!wanted(text)) return;
      clearTimeout(timer);
      resolve(text);
    });
    child.process.once('exit', (code) => {
      clearTimeout(timer);
      fail(`it ended with ${code}`);
    });
  });
}

export async function stop(child: Child): Promise<void> {
  const { process } = child;
  if (process.exitCode !== null || process.signalCode !== null || process.pid === undefined) return;
  const gone = once(process, 'exit');
  process.kill('SIGTERM');
  const timer = setTimeout(() => process.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(timer);
}

process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
});

/** A process and all that descend from it. */
export function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readProc(`/proc/${name}/stat`);
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields.length > 1) parents.set(Number(name), Number(fields[1]));
  }
  const found = [pid];
  for (let at = 0; at < found.length; at++) {
    for (const [child, parent] of parents) if (parent === found[at]) found.push(child);
  }
  return found;
}

/** Seconds of processor time that a process and its descendants have used, as the scheduler counts them: `stat` knows only hundredths. */
export function cpuSeconds(pid: number): number {
  let nanoseconds = 0;
  for (const each of family(pid)) {
    for (const thread of entries(`/proc/${each}/task`)) {
      nanoseconds += Number(readProc(`/proc/${each}/task/${thread}/schedstat`).split(' ')[0] ?? 0);
    }
  }
  return nanoseconds / 1e9;
}

/** System calls that a process and its descendants have made to read and to write. */
export function readsAndWrites(pid: number): { reads: number; writes: number } {
  let reads = 0;
  let writes = 0;
  for (const each of family(pid)) {
    const io = readProc(`/proc/${each}/io`);
    reads += Number(/^syscr: (\d+)/m.exec(io)?.[1] ?? 0);
    writes += Number(/^syscw: (\d+)/m.exec(io)?.[1] ?? 0);
  }
  return { reads, writes };
}

/** Sockets, files and pipes that a process and its descendants have open. */
export function descriptors(pid: number): number {
  return family(pid).reduce((sum, each) => sum + entries(`/proc/${each}/fd`).length, 0);
}

/** Resident memory of a process and its descendants, MiB: now, and at most since `forgetPeak`. */
export function memoryMiB(pid: number): { now: number; peak: number } {
  let now = 0;
  let peak = 0;
  for (const each of family(pid)) {
    const status = readProc(`/proc/${each}/status`);
    now += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    peak += Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }
  return { now: now / 1_024, peak: peak / 1_024 };
}

export function forgetPeak(pid: number): void {
  for (const each of family(pid)) {
    try {
      writeFileSync(`/proc/${each}/clear_refs`, '5');
    } catch {
      // Gone, or not ours: its peak then counts from its start.
    }
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readProc(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
