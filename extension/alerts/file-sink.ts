import { closeSync, openSync, writeSync } from 'node:fs';
import type { Finding } from '../../baseline/finding.ts';
import type { Sink } from './sink.ts';

/**
 * Every finding as one JSON line in a file, neither deduplicated nor budgeted: for `rolefence run --findings`. Opening it throws (bad path);
 * a failed write later is reported once and findings go on to the other sinks.
 */
export function createFileSink(path: string, report: (problem: string) => void): Sink & { close(): void } {
  const file = openSync(path, 'w', 0o600);
  let broken = false;
  return {
    name: 'file',
    deliver(finding: Finding) {
      if (broken) return;
      try {
        writeSync(file, `${JSON.stringify(finding)}\n`);
      } catch (error) {
        broken = true;
        report(`findings are no longer written to ${path} (${(error as NodeJS.ErrnoException).code})`);
      }
    },
    async flush() {},
    close() {
      closeSync(file);
    },
  };
}
