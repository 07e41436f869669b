import type { Finding } from '../../baseline/finding.ts';
import type { Sink } from './sink.ts';

/** CloudWatch namespace of every metric that Rolefence emits. */
export const METRIC_NAMESPACE = 'Rolefence';

/** Distinct keys remembered; beyond that the oldest is forgotten, and would be written again. */
const MAX_KEYS = 1_000;

interface Seen {
  finding: Finding;
  /** Occurrences since the last line about this key. */
  unreported: number;
}

/**
 * Findings as lines in the function's log, in CloudWatch embedded metric format: CloudWatch makes the metric `Findings` of them without an API
 * call. The first finding of a key is written at once, before the call is answered, so that a crash cannot lose it; repeats in this environment
 * are counted and told in one line at the next flush, so that a storm of blocked calls cannot run up a bill.
 */
export function createLogSink(write: (line: string) => void): Sink {
  const seen = new Map<string, Seen>();
  return {
    name: 'log',
    deliver(finding) {
      const key = `${finding.detector}\u0000${finding.key}\u0000${finding.blocked}`;
      const known = seen.get(key);
      if (known !== undefined) {
        known.unreported++;
        known.finding = finding;
        return;
      }
      if (seen.size >= MAX_KEYS) {
        const [oldest, dropped] = seen.entries().next().value!;
        if (dropped.unreported > 0) write(findingLine(dropped.finding, dropped.unreported));
        seen.delete(oldest);
      }
      seen.set(key, { finding, unreported: 0 });
      write(findingLine(finding, 1));
    },
    async flush() {
      for (const entry of seen.values()) {
        if (entry.unreported === 0) continue;
        write(findingLine(entry.finding, entry.unreported));
        entry.unreported = 0;
      }
    },
  };
}

/**
 * One EMF line (CloudWatch embedded metric format specification): metrics `Findings` and `Blocked` by function, and by function, detector and
 * severity; the finding itself stands beside them under `rolefence`. `count` is how many findings of this key the line stands for.
 */
export function findingLine(finding: Finding, count: number): string {
  const time = finding.time === null ? Number.NaN : Date.parse(finding.time);
  return JSON.stringify({
    _aws: {
      Timestamp: Number.isNaN(time) ? Date.now() : time,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['FunctionName'], ['FunctionName', 'Detector', 'Severity']],
          Metrics: [
            { Name: 'Findings', Unit: 'Count' },
            { Name: 'Blocked', Unit: 'Count' },
          ],
        },
      ],
    },
    FunctionName: functionName(finding.function),
    Detector: finding.detector,
    Severity: finding.severity,
    Findings: count,
    Blocked: finding.blocked ? count : 0,
    rolefence: { finding, count },
  });
}

/** The name in an unqualified function ARN; CloudWatch dimensions must not be empty. */
function functionName(nameOrArn: string | null): string {
  if (nameOrArn === null || nameOrArn === '') return 'unknown';
  return nameOrArn.slice(nameOrArn.lastIndexOf(':') + 1);
}
