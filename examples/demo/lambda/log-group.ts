import { writeFileSync } from 'node:fs';

/** One line of a function's log, as CloudWatch Logs keeps it. */
export interface LogEvent {
  readonly logStreamName: string;
  /** Epoch, milliseconds. */
  readonly timestamp: number;
  readonly message: string;
}

/** As `aws logs filter-log-events` prints it: what an operator exports from a real function. */
export function exportLog(path: string, events: readonly LogEvent[]): void {
  writeFileSync(path, `${JSON.stringify({ events, searchedLogStreams: [] }, null, 1)}\n`);
}
