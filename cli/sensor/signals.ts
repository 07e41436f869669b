import { constants } from 'node:os';

/** What may be sent to us and is meant for the work that we do. SIGKILL and SIGSTOP cannot be had. */
const PASSED_ON = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;

export const ENDING: ReadonlySet<NodeJS.Signals> = new Set(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']);

/** Hands every such signal to `take` instead of dying of it, until the function that is returned is called. */
export function takeSignals(take: (signal: NodeJS.Signals) => void): () => void {
  for (const signal of PASSED_ON) process.on(signal, take);
  return () => {
    for (const signal of PASSED_ON) process.off(signal, take);
  };
}

/** As a shell tells of it: 128 + n. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + (constants.signals[signal] ?? 0);
