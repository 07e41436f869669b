import { createCourier } from './courier.ts';
import { FINDING_DIMENSIONS, findingDimensions, metricsOf } from './emf.ts';
import { nameOf } from './function-name.ts';
import type { Sink } from './sink.ts';

/** One metric of PutMetricData. */
export interface Datum {
  readonly MetricName: string;
  readonly Dimensions: { readonly Name: string; readonly Value: string }[];
  readonly Timestamp: Date;
  readonly Unit: 'Count' | 'Milliseconds' | 'Percent';
  readonly Values: number[];
}

/** PutMetricData takes 1,000; a function has far fewer kinds of findings. */
const MOST = 1_000;
const EVERY_MS = 60_000;

/**
 * The metrics by API (PutMetricData), for those who do not send Lambda's log to CloudWatch, or want metrics that the function cannot forge: its log lines it
 * can. They are the same metrics as those of the log, whose lines then carry none. `put` sends them (transport/put-metric-data.ts).
 */
export function createCloudWatchSink(
  put: (data: Datum[], signal: AbortSignal) => Promise<void>,
  { clock, report }: { readonly clock: () => number; readonly report: (problem: string) => void },
): Sink {
  const courier = createCourier('cloudwatch', clock, report);
  let counts = new Map<string, { dimensions: Readonly<Record<string, string>>; findings: number; blocked: number }>();
  let figures: Datum[] = [];
  let sent = Number.NEGATIVE_INFINITY;

  function take(): Datum[] {
    const now = new Date(clock());
    const data = [...figures];
    // Several kinds share a set's values (all of one function): summed, so that each metric comes once.
    const sums = new Map<string, { set: Datum['Dimensions']; findings: number; blocked: number }>();
    for (const { dimensions, findings, blocked } of counts.values()) {
      for (const names of FINDING_DIMENSIONS) {
        const set = names.map((name) => ({ Name: name, Value: dimensions[name]! }));
        const key = JSON.stringify(set);
        const sum = sums.get(key) ?? { set, findings: 0, blocked: 0 };
        sums.set(key, sum);
        sum.findings += findings;
        sum.blocked += blocked;
      }
    }
    for (const { set, findings, blocked } of sums.values()) {
      const common = { Dimensions: set, Timestamp: now, Unit: 'Count' as const };
      data.push({ MetricName: 'Findings', ...common, Values: [findings] });
      data.push({ MetricName: 'Blocked', ...common, Values: [blocked] });
    }
    return data.slice(0, MOST);
  }

  return {
    name: 'cloudwatch',
    deliver(finding) {
      const dimensions = findingDimensions(finding);
      const key = JSON.stringify(dimensions);
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { dimensions, findings: 1, blocked: finding.blocked ? 1 : 0 });
      else {
        known.findings++;
        if (finding.blocked) known.blocked++;
      }
    },
    measure(measures) {
      const set = [{ Name: 'FunctionName', Value: nameOf(measures.function) }];
      for (const { name, unit, values } of metricsOf(measures)) {
        figures.push({
          MetricName: name,
          Dimensions: set,
          Timestamp: new Date(measures.time),
          Unit: unit,
          Values: [...values],
        });
      }
      // An hour of figures that could not be sent is enough.
      figures = figures.slice(-480);
    },
    async flush(capMs, last = false) {
      if (counts.size === 0 && figures.length === 0) return;
      if (!last && (!courier.ready(clock()) || clock() - sent < EVERY_MS)) return;
      const data = take();
      const before = { counts, figures };
      counts = new Map();
      figures = [];
      if (await courier.attempt((signal) => put(data, signal), capMs)) {
        sent = clock();
        return;
      }
      for (const [key, { dimensions, findings, blocked }] of before.counts) {
        const known = counts.get(key) ?? { dimensions, findings: 0, blocked: 0 };
        counts.set(key, { dimensions, findings: known.findings + findings, blocked: known.blocked + blocked });
      }
      figures = [...before.figures, ...figures].slice(-480);
    },
  };
}
