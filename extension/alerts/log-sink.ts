import type { Finding } from '../../baseline/finding.ts';
import { createBudget } from './budget.ts';
import { emfLine, FINDING_DIMENSIONS, findingDimensions, findingLine, measuresLine } from './emf.ts';
import { createLedger, type Notice } from './ledger.ts';
import type { Sink } from './sink.ts';

export interface LogSinkOptions {
  readonly write: (line: string) => void;
  /** Epoch, milliseconds. */
  readonly clock?: () => number;
  /** A repeated finding is told anew after so long. */
  readonly windowMs?: number;
  /** Lines for findings an hour; what comes beyond is written in groups. */
  readonly linesPerHour?: number;
  /** False where the log is not among the sinks: then only what is critical or was refused is written, since that must survive a crash. */
  readonly all?: boolean;
  /** False where a sink brings the same metrics itself. */
  readonly metrics?: boolean;
}

/** Keys remembered; beyond that the oldest is forgotten, and would be written again. */
const MAX_KEYS = 1_000;
/** Keys in a group line: well below the 256 KB of a log event. */
const GROUP = 100;

/**
 * Findings as lines in the function's log, in CloudWatch embedded metric format: CloudWatch makes metrics of them without an API call. The first finding of a
 * key is written at once, before the call is answered, so that a crash cannot lose it; repeats are counted and told together at the next flush. Beyond
 * the hour's budget, findings are written by the hundred, with their keys and exact counts.
 */
export function createLogSink(options: LogSinkOptions): Sink {
  const { write, clock = Date.now, windowMs = 900_000, linesPerHour = 1_000, all = true, metrics = true } = options;
  const budget = createBudget(linesPerHour);
  const group = createGroup(write, metrics, clock);
  const ledger = createLedger(windowMs, MAX_KEYS, (notice) => group.add(notice));
  const tell = (notice: Notice) => {
    if (budget.spend(clock())) write(findingLine(notice, clock(), metrics));
    else group.add(notice);
  };
  return {
    name: 'log',
    deliver(finding, call) {
      if (!all && !finding.blocked && finding.severity !== 'critical') return;
      const notice = ledger.take(finding, call ?? null, clock());
      if (notice !== null) tell(notice);
    },
    ...(metrics ? { measure: (measures) => write(measuresLine(measures)) } : {}),
    async flush() {
      for (const notice of ledger.repeats()) tell(notice);
      group.write();
    },
  };
}

/** Findings beyond the budget: one line for a hundred keys, and one metric line for each kind of them. */
function createGroup(write: (line: string) => void, metrics: boolean, clock: () => number) {
  let keys = new Map<string, { finding: Finding; count: number }>();
  function writeAll(): void {
    if (keys.size === 0) return;
    const kinds = new Map<string, { finding: Finding; count: number; keys: [key: string, count: number][] }>();
    for (const { finding, count } of keys.values()) {
      const name = `${finding.function}\u0000${finding.detector}\u0000${finding.severity}\u0000${finding.blocked}`;
      const kind = kinds.get(name) ?? { finding, count: 0, keys: [] };
      kinds.set(name, kind);
      kind.count += count;
      kind.keys.push([finding.key.slice(0, 512), count]);
    }
    keys = new Map();
    for (const { finding, count, keys: named } of kinds.values()) {
      const { detector, severity, blocked, environment, time } = finding;
      const body = {
        rolefence: {
          group: { time, function: finding.function, environment, detector, severity, blocked, count, keys: named },
        },
      };
      if (!metrics) write(JSON.stringify(body));
      else {
        write(
          emfLine(
            clock(),
            FINDING_DIMENSIONS,
            findingDimensions(finding),
            [
              { name: 'Findings', unit: 'Count', values: [count] },
              { name: 'Blocked', unit: 'Count', values: [blocked ? count : 0] },
            ],
            body,
          ),
        );
      }
    }
  }
  return {
    add({ finding, count }: Notice) {
      const name = `${finding.detector}\u0000${finding.severity}\u0000${finding.blocked}\u0000${finding.key}`;
      const known = keys.get(name);
      if (known === undefined) keys.set(name, { finding, count });
      else known.count += count;
      if (keys.size >= GROUP) writeAll();
    },
    write: writeAll,
  };
}
