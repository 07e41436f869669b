import type { BaselineDocument } from '../baseline/model/document.ts';

/** First and longest wait between two lines, milliseconds: much is new at first, little later, and log lines are billed by size. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 15 * 60_000;

export interface LearningLog {
  /** Writes what was learned since the last line, if it is time. */
  maybe(): void;
  /** Writes it now: the environment ends. */
  now(): void;
  /** Writes this. */
  write(learned: BaselineDocument): void;
}

/**
 * What was learned goes to the function's log as baseline documents that merge, so that no learning is lost for want of a bucket: `rolefence learn` reads
 * them back out of exported log files. One line is `{"rolefence":{"learned":DOCUMENT}}`.
 */
export function createLearningLog(
  take: () => BaselineDocument | null,
  writeLine: (line: string) => void,
  clock: () => number,
): LearningLog {
  let wait = FIRST_WAIT_MS;
  let due = clock();
  const write = (learned: BaselineDocument) => writeLine(JSON.stringify({ rolefence: { learned } }));
  function now(): void {
    const learned = take();
    if (learned !== null) write(learned);
  }
  return {
    now,
    write,
    maybe() {
      if (clock() < due) return;
      due = clock() + wait;
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      now();
    },
  };
}
