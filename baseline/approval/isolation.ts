import { faultOf, readTurned, type Turned } from './switch.ts';

/**
 * The switch that shuts a function in: while it lies in the store, every sensor of the function that starts refuses all calls and connections, whatever its mode. It
 * holds until somebody ends it, and needs no signature: it can only close, and who may write it could as well take away what is approved.
 */
export interface Isolation extends Turned {
  readonly format: typeof ISOLATION;
  /** As the store knows it: what was copied from another function's place closes nothing. */
  readonly function: string;
}

export const ISOLATION = 'rolefence.isolation/1';

/** BaselineError with one sentence where it is none, or another function's. */
export function readIsolation(text: string, source: string, fn: string): Isolation {
  const fault = faultOf('isolation', source);
  const fields = readTurned(text, ISOLATION, fault);
  if (fields.function !== fn) fault('it is of another function');
  return fields as unknown as Isolation;
}
