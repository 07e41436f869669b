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
