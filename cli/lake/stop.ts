import { ENDING, takeSignals } from '../sensor/signals.ts';

/** Somebody has ended the work. */
export class Stopped extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.name = 'Stopped';
    this.signal = signal;
  }
}

/** Work that is done elsewhere (in Athena, in another thread) and has to be ended there before this process may end. Throws Stopped where a signal came. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  let ended: NodeJS.Signals | null = null;
  const release = takeSignals((signal) => {
    if (!ENDING.has(signal)) return;
    ended ??= signal;
    stop.abort();
  });
  try {
    return await work(stop.signal);
  } catch (error) {
    throw ended === null ? error : new Stopped(ended);
  } finally {
    release();
  }
}
