import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** True where this environment's memory becomes a snapshot from which others are made (Lambda developer guide, environment variables). */
export const isSnapStart = (env: Readonly<Record<string, string | undefined>>): boolean =>
  env.AWS_LAMBDA_INITIALIZATION_TYPE === 'snap-start';

/**
 * Names an execution environment. From the kernel and not from Node's own generator, whose state is in the snapshot: environments restored from it would
 * all get the same name.
 */
export function freshEnvironment(source = '/dev/urandom'): string {
  try {
    const file = openSync(source, 'r');
    try {
      const bytes = Buffer.alloc(8);
      if (readSync(file, bytes, 0, 8, null) === 8) return bytes.toString('hex');
    } finally {
      closeSync(file);
    }
  } catch {
    // Then as well as Node can.
  }
  return randomBytes(8).toString('hex');
}

/** What this environment is called, and each of those that are restored from a snapshot of it. */
export interface EnvironmentName {
  /** In what happens now. */
  current(): string;
  /** An invocation begins: from here on this environment is one of its own, and keeps its name. */
  invoked(): void;
}

export interface Clocks {
  /** Epoch, milliseconds: set anew after a restore. */
  wall(): number;
  /** Milliseconds; goes on where it stood in the snapshot. */
  steady(): number;
}

/** Far above what a clock that is adjusted jumps by, far below the age of a snapshot. */
const JUMP_MS = 1_000;

/**
 * Nobody tells an extension of a restore. The first invocation shows it for certain; before that hooks of the function's may make calls, and where the wall clock has
 * jumped beside the steady one by then, it was a restore, too.
 */
export function nameEnvironment(snapshot: boolean, clocks: Clocks, fresh = freshEnvironment): EnvironmentName {
  const offset = () => clocks.wall() - clocks.steady();
  let name = fresh();
  let named = offset();
  let copy = false;
  let settled = !snapshot;
  const rename = (): void => {
    name = fresh();
    named = offset();
    copy = true;
  };
  const current = (): string => {
    if (!settled && Math.abs(offset() - named) > JUMP_MS) rename();
    return name;
  };
  return {
    current,
    invoked() {
      if (settled) return;
      current();
      if (!copy) rename();
      settled = true;
    },
  };
}
