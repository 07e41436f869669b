import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own that looks like /opt, with the shell scripts of the layer and whatever stands in for the rest. */
export interface Opt {
  readonly folder: string;
  readonly extension: string;
  readonly wrapper: string;
  /** ROLEFENCE_STATE_DIR. */
  readonly state: string;
  write(path: string, content: string, mode?: number): string;
  remove(): void;
}

export function makeOpt(): Opt {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-opt-'));
  cpSync(join(import.meta.dirname, '../../layer/opt'), folder, { recursive: true });
  return {
    folder,
    extension: join(folder, 'extensions/rolefence'),
    wrapper: join(folder, 'rolefence/wrapper'),
    state: join(folder, 'tmp/rolefence'),
    write(path, content, mode = 0o644) {
      const file = join(folder, path);
      mkdirSync(join(file, '..'), { recursive: true });
      writeFileSync(file, content);
      chmodSync(file, mode);
      return file;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Run {
  readonly process: ChildProcess;
  /** Everything printed so far, both streams. */
  printed(): string;
  /** Resolves when the text has been printed. */
  says(text: string): Promise<void>;
  readonly ended: Promise<number | null>;
  /** The whole process group: the script and the sensor below it. */
  kill(): void;
}

/** Starts a program with exactly this environment, in a process group of its own. */
export function run(command: string, args: readonly string[], env: Record<string, string>): Run {
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  const watchers = new Set<() => void>();
  const take = (part: Buffer) => {
    text += part;
    for (const watcher of watchers) watcher();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return {
    process: child,
    printed: () => text,
    says: (wanted) =>
      new Promise((resolve) => {
        const check = () => {
          if (!text.includes(wanted)) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      }),
    ended: new Promise((resolve) => child.on('close', (code) => resolve(code))),
    kill() {
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        // It has ended.
      }
    },
  };
}
