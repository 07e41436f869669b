import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a body leaves behind: a buffer for each record, outside V8's heap, which V8 minds only from 64 MiB on. */
const GARBAGE = 4 * 1024 * 1024;

type Collect = (options: { type: 'minor' | 'major' }) => void;

let collect: Collect | null | undefined;
let bytes = 0;

/** Counts what passes in bulk, and has the young generation collected (half a millisecond) before it weighs: DESIGN, memory is bounded. */
export function passed(more: number): void {
  bytes += more;
  if (bytes < GARBAGE) return;
  bytes = 0;
  run('minor');
}

/** Gives back what the start has left behind; some milliseconds, so only while nobody waits. */
export function tidy(): void {
  run('major');
}

function run(type: 'minor' | 'major'): void {
  if (collect === undefined) collect = findCollector();
  collect?.({ type });
}

function findCollector(): Collect | null {
  try {
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('gc');
    setFlagsFromString('--no-expose-gc');
    return typeof found === 'function' ? (found as Collect) : null;
  } catch {
    // Without it memory is what V8 makes of it.
    return null;
  }
}
