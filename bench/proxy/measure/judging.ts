import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Median microseconds to name GetItem and judge it, in this process; null while a part of it is missing. */
export async function judging(): Promise<number | null> {
  const root = join(import.meta.dirname, '../../..');
  if (!existsSync(join(root, 'extension/identify/operation.ts'))) return null;
  const { measure } = await import('./judging-loop.ts');
  return measure();
}
