/**
 * When the function is done with an invocation, as platform events tell it. While somebody waits for that, Lambda cannot end the invocation: so it is waited for only while there
 * is reason to believe that the event will come.
 */
export interface Endings {
  /** platform.start of an invocation has come: Lambda tells. */
  started(requestId: string): void;
  /** platform.runtimeDone; `at`: epoch, milliseconds. */
  done(requestId: string, at: number): void;
  /** Resolves to when it was done; to null where that was not told in time. Null at once: it is not to be waited for at all. */
  of(requestId: string, deadlineMs: number): Promise<number | null> | null;
}

export interface EndingsOptions {
  /** Epoch, milliseconds. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** When the function was last seen to do something: epoch, milliseconds. */
  readonly lastSeen: () => number;
  /** One line for people. */
  readonly report: (problem: string) => void;
}

/** Without its start an invocation is not known to be told of: events come some 25 ms late, on a small function later. */
const UNSTARTED_MS = 250;
/** A function that is silent for longer works on something of its own; whoever still waited would gain nothing if the event never came. */
const SILENT_MS = 3_000;
/** So many whose end was never told, and nobody waits any more in this environment. */
const MISSED = 3;
/** Of what was told before it was asked for. */
const REMEMBERED = 8;

export function createEndings({ now, pause, lastSeen, report }: EndingsOptions): Endings {
  const ended = new Map<string, number>();
  const begun = new Set<string>();
  /** Given up, and not told of since. */
  const missing = new Set<string>();
  let waiting: { readonly requestId: string; readonly tell: (at: number | null) => void } | null = null;
  let broken = false;

  async function silence(requestId: string, from: number, deadlineMs: number): Promise<void> {
    for (;;) {
      const limit = begun.has(requestId) ? SILENT_MS : UNSTARTED_MS;
      const quietFor = now() - Math.max(from, lastSeen());
      const left = Math.min(limit - quietFor, deadlineMs > 0 ? deadlineMs - now() : limit);
      if (left <= 0) return;
      await pause(left);
      if (waiting?.requestId !== requestId) return;
    }
  }

  return {
    started(requestId) {
      remember(begun, requestId);
    },
    done(requestId, at) {
      missing.delete(requestId);
      if (waiting?.requestId === requestId) waiting.tell(at);
      else {
        ended.set(requestId, at);
        if (ended.size > REMEMBERED) ended.delete(ended.keys().next().value as string);
      }
    },
    of(requestId, deadlineMs) {
      if (broken) return null;
      if (missing.size >= MISSED) {
        broken = true;
        report('Lambda has stopped telling when the function is done: ROLEFENCE_TELEMETRY has no effect any more');
        return null;
      }
      const at = ended.get(requestId);
      if (at !== undefined) return Promise.resolve(at);
      return new Promise((resolve) => {
        const mine = {
          requestId,
          tell(when: number | null) {
            waiting = null;
            if (when === null) missing.add(requestId);
            resolve(when);
          },
        };
        waiting = mine;
        void silence(requestId, now(), deadlineMs).then(() => {
          if (waiting === mine) mine.tell(null);
        });
      });
    },
  };
}

function remember(some: Set<string>, one: string): void {
  some.add(one);
  if (some.size > REMEMBERED) some.delete(some.values().next().value as string);
}
