import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program of the execution environment in a process group of its own: an extension's shell and the sensor below it end together. */
export interface ProcessGroup {
  /** When the program has ended and all its output is read. */
  readonly ended: Promise<void>;
  readonly running: boolean;
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

const alive = new Set<ChildProcess>();
// However this process ends, nothing that it started outlives it.
process.once('exit', () => {
  for (const child of alive) signalGroup(child, 'SIGKILL');
});

export function startProcess(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  line: (text: string) => void,
): ProcessGroup {
  const [program, ...args] = command;
  const child = spawn(program!, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  alive.add(child);
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', line);
  const ended = new Promise<void>((resolve) => {
    const done = () => {
      alive.delete(child);
      resolve();
    };
    child.on('close', done);
    child.on('error', (error) => {
      line(`${program} cannot be started (${(error as NodeJS.ErrnoException).code})`);
      done();
    });
  });
  return {
    ended,
    get running() {
      return alive.has(child);
    },
    signal: (name) => signalGroup(child, name),
  };
}

function signalGroup(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended already.
  }
}
