/** Runs one attempt at a time to send something, and waits longer after each that failed. */
export interface Courier {
  /** True where an attempt may be made now: none is under way, and no pause is to be kept. */
  ready(now: number): boolean;
  /**
   * Tries, for at most `capMs` milliseconds, whether a pause is to be kept or not. Resolves to true where it succeeded; never rejects. A failure is reported
   * once, until an attempt has succeeded again.
   */
  attempt(send: (signal: AbortSignal) => Promise<void>, capMs: number): Promise<boolean>;
  /** Resolves when the attempt that is under way has ended. */
  idle(): Promise<void>;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 300_000;

export function createCourier(name: string, clock: () => number, report: (problem: string) => void): Courier {
  let failures = 0;
  let notBefore = Number.NEGATIVE_INFINITY;
  let underway: Promise<boolean> | null = null;
  let reported = false;

  async function run(send: (signal: AbortSignal) => Promise<void>, capMs: number): Promise<boolean> {
    const abort = new AbortController();
    // The clock of a frozen environment stands still for timers; whatever is still open after a thaw fails by its dead socket.
    const timer = setTimeout(() => abort.abort(), capMs);
    const stopped = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => reject(new SendError('no answer in time')), { once: true });
    });
    try {
      await Promise.race([send(abort.signal), stopped]);
      failures = 0;
      reported = false;
      return true;
    } catch (error) {
      failures++;
      notBefore = clock() + Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
      if (!reported)
        report(`findings do not reach ${name} (${reasonOf(error)}): it is tried again, they stay in the log`);
      reported = true;
      return false;
    } finally {
      clearTimeout(timer);
      stopped.catch(() => {});
    }
  }

  return {
    ready: (now) => underway === null && now >= notBefore,
    attempt(send, capMs) {
      if (underway !== null) return Promise.resolve(false);
      const own = run(send, capMs).finally(() => {
        underway = null;
      });
      underway = own;
      return own;
    },
    async idle() {
      await underway;
    },
  };
}

/** Why something was not sent, in words fit for the log: a code, never the other side's text. */
export class SendError extends Error {
  readonly code = 'send';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SendError';
  }
}

/** Only our own sentences and codes: an SDK's message may quote the request. */
function reasonOf(error: unknown): string {
  if (error instanceof SendError) return error.message;
  if (!(error instanceof Error)) return 'unknown error';
  const code = (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string' && /^[\w-]{1,60}$/.test(code)) return code;
  return /^[\w-]{1,60}$/.test(error.name) ? error.name : 'unknown error';
}
