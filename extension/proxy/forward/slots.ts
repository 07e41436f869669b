import { readFileSync } from 'node:fs';

/**
 * Descriptors, shared by clients' and upstream connections. A client's connection takes one at once; one upstream waits until there is room, so that a
 * flood of connections is slow and not lost (Lambda allows 1,024 for an environment).
 */
export interface Slots {
  /** Runs `then` when there is room, in order of asking. Returns a function that gives up waiting. */
  acquire(then: () => void): () => void;
  /** True where whoever asks now would have to wait. */
  full(): boolean;
  /** Takes one whether or not there is room. */
  take(): void;
  release(): void;
}

/** `pressed` is asked to close an idle connection when somebody has to wait. */
export function createSlots(limit: number, pressed: () => void): Slots {
  let used = 0;
  const waiting = new Set<() => void>();
  return {
    acquire(then) {
      if (used < limit) {
        used++;
        then();
        return () => {};
      }
      waiting.add(then);
      pressed();
      return () => waiting.delete(then);
    },
    full: () => used >= limit,
    take() {
      used++;
    },
    release() {
      used--;
      if (used >= limit) return;
      for (const next of waiting) {
        waiting.delete(next);
        used++;
        next();
        return;
      }
    },
  };
}

/** What the sensor itself needs: its pipes, files and sinks. */
const OWN = 64;

/** Soft limit of this process, less what the sensor itself needs; 1,024 where it cannot be read. */
export function descriptorLimit(): number {
  let soft = 1_024;
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'));
    if (found !== null) soft = Number(found[1]);
  } catch {
    // Not Linux.
  }
  const most = Math.min(soft, 8_192);
  return Math.max(most - OWN, (most * 3) >> 3);
}
