import { type ExtensionsApi, LambdaApiError, type LifecycleEvent, type Registration } from './extensions-api.ts';

/** What the environment's life asks of the sensor. Nothing here may throw: an extension that fails takes the function down. */
export interface Resident {
  /** Lambda knows us; told once, before the first invocation. Not told to the successor of a process that had registered. */
  registered(registration: Registration): void | Promise<void>;
  /** An invocation begins, at the same time as the function itself starts on it: what its calls must find. Short, since the function may be done before this is. */
  invoked(invocation: Invocation): void;
  /** When the function is done with it (epoch, milliseconds), where Lambda will tell; null in it where it did not. Null: nobody will, and nothing is waited for. */
  finished(invocation: Invocation): Promise<number | null> | null;
  /** The function is done, and Lambda waits for us before it ends the invocation: what is due goes out, for at most `capMs` milliseconds. */
  over(invocation: Invocation, capMs: number): Promise<void>;
  /** What is due once in an invocation, beside the function's own work: by now Lambda waits for nothing of ours. */
  meanwhile(invocation: Invocation): void;
  /** The environment ends: `capMs` milliseconds are left for everything. */
  shutdown(reason: string, capMs: number): Promise<void>;
}

type Invocation = Extract<LifecycleEvent, { type: 'INVOKE' }>;

export interface Surroundings {
  /** One line for people. */
  report(problem: string): void;
  pause(ms: number): Promise<void>;
  /** Once what has been asked is on its way. */
  soon(work: () => void): void;
  /** Epoch, milliseconds. */
  now(): number;
  /** True when nobody is left to live for: the shell above is gone, as after a reset of the environment. */
  abandoned(): boolean;
}

/** Lambda kills 2,000 ms after SHUTDOWN, of which the runtime may take the first 300. */
const SHUTDOWN_CAP_MS = 1_500;
/** What may be billed to the function for us after it is done. */
const AFTER_CAP_MS = 100;
/** Kept free before the deadline. */
const SHUTDOWN_MARGIN_MS = 150;

/**
 * The environment's life: register, then invocation after invocation until SHUTDOWN. It never gives up, since an extension that exits before SHUTDOWN fails
 * the function: what Lambda does not answer is asked again.
 */
export async function live(
  api: ExtensionsApi,
  resident: Resident,
  surroundings: Surroundings,
  resumed: boolean,
): Promise<void> {
  const persist = persistently(surroundings, resumed);
  if (!resumed) {
    const registration = await persist(() => api.register());
    if (registration === null) return;
    await resident.registered(registration);
  }
  let begun: Invocation | null = null;
  for (;;) {
    const finished = begun === null ? null : resident.finished(begun);
    if (begun !== null && finished !== null) await follow(begun, finished, resident, surroundings);
    // Asking for the next event also says that nothing of ours is still going on for the last one, so it is asked for at once: every
    // millisecond that an extension takes after the response is billed to the function.
    const asked = persist(() => api.next());
    if (begun !== null && finished === null) {
      const invocation: Invocation = begun;
      surroundings.soon(() => resident.meanwhile(invocation));
    }
    const event = await asked;
    if (event === null) return;
    if (event.type === 'INVOKE') {
      resident.invoked(event);
      begun = event;
      continue;
    }
    const left = event.deadlineMs > 0 ? event.deadlineMs - surroundings.now() - SHUTDOWN_MARGIN_MS : SHUTDOWN_CAP_MS;
    await resident.shutdown(event.reason, Math.max(0, Math.min(left, SHUTDOWN_CAP_MS)));
    return;
  }
}

/** An invocation of which Lambda tells when it is over: then what it left goes out, before the environment freezes. */
async function follow(
  invocation: Invocation,
  finished: Promise<number | null>,
  resident: Resident,
  surroundings: Surroundings,
): Promise<void> {
  surroundings.soon(() => resident.meanwhile(invocation));
  const at = await finished;
  if (at === null) return;
  const left = AFTER_CAP_MS - Math.max(0, surroundings.now() - at);
  if (left > 0) await resident.over(invocation, left);
}

/**
 * Lambda refuses `next` with 403 while one that a dead process asked is still open. It closes with the coming invocation, which lasts until we have asked
 * again: so often.
 */
const TAKEOVER_PAUSE_MS = 25;

/** Repeats until it succeeds, with growing pauses, and says so once; null when abandoned. */
function persistently(surroundings: Surroundings, resumed: boolean): <T>(ask: () => Promise<T>) => Promise<T | null> {
  let said = false;
  return async (ask) => {
    for (let pause = 50; ; pause = Math.min(pause * 2, 2_000)) {
      try {
        return await ask();
      } catch (error) {
        if (surroundings.abandoned()) return null;
        if (resumed && error instanceof LambdaApiError && error.status === 403) {
          pause = 50;
          await surroundings.pause(TAKEOVER_PAUSE_MS);
          continue;
        }
        const why = error instanceof Error ? error.message : 'the Extensions API failed';
        if (!said) surroundings.report(`${why}: asking again`);
        said = true;
        await surroundings.pause(pause);
      }
    }
  };
}
