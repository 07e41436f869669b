import type { Finding } from '../../baseline/finding.ts';

import { nameOf } from './function-name.ts';
import type { Notice } from './ledger.ts';
import type { Measures } from './measures.ts';

/** CloudWatch namespace of every metric that Rolefence emits. */
export const METRIC_NAMESPACE = 'Rolefence';

/** One metric of a line: its value, or its values. */
export interface Metric {
  readonly name: string;
  readonly unit: 'Count' | 'Milliseconds' | 'Percent';
  readonly values: readonly number[];
}

/** The metrics that findings make. Each set of dimensions is a metric of its own, billed as such. */
export const FINDING_DIMENSIONS = [
  ['FunctionName'],
  ['FunctionName', 'Detector', 'Severity'],
  // Over all functions: an alarm cannot search.
  ['Detector'],
  ['Verdict'],
] as const;

export function findingDimensions(finding: Finding): Readonly<Record<string, string>> {
  return {
    FunctionName: nameOf(finding.function),
    Detector: finding.detector,
    Severity: finding.severity,
    Verdict: finding.blocked ? 'block' : 'alert',
  };
}

/** Figures that are nearly always zero are left out while they are, since every metric costs. */
export function metricsOf(measures: Measures): Metric[] {
  const counts = (name: string, value: number, always = false): Metric[] =>
    value > 0 || always ? [{ name, unit: 'Count', values: [value] }] : [];
  return [
    ...counts('Calls', measures.calls, true),
    ...counts('Deviations', measures.deviations),
    ...counts('Blocks', measures.blocks),
    ...counts('Unknown', measures.unknown),
    ...counts('Bypass', measures.bypass),
    ...counts('Unjudged', measures.unjudged),
    ...(measures.addedLatency.length === 0
      ? []
      : [{ name: 'AddedLatency', unit: 'Milliseconds' as const, values: measures.addedLatency.map(microseconds) }]),
    ...(measures.coverage === null
      ? []
      : [{ name: 'Coverage', unit: 'Percent' as const, values: [Math.round(measures.coverage * 100) / 100] }]),
    ...(measures.sight === null
      ? []
      : [{ name: 'Sight', unit: 'Percent' as const, values: [SIGHT[measures.sight] ?? 0] }]),
  ];
}

/** One figure for all states, so that its minimum over environments finds the worst. */
const SIGHT: Readonly<Record<string, number>> = { intercepted: 100, partly: 50 };

const microseconds = (ms: number): number => Math.round(ms * 1_000) / 1_000;

/**
 * A notice as one log line in CloudWatch embedded metric format: metrics `Findings` and `Blocked`; the finding itself stands beside them under `rolefence`.
 * `metrics: false` leaves the directive out, where another sink brings the same metrics.
 */
export function findingLine({ finding, count }: Notice, now: number, metrics = true): string {
  // An alarm looks at the last minutes: what is told later counts when it is told.
  const time = Date.parse(finding.toldAt ?? finding.time ?? '');
  const body = { rolefence: { finding, count } };
  if (!metrics) return JSON.stringify(body);
  return emfLine(
    Number.isNaN(time) ? now : time,
    FINDING_DIMENSIONS,
    findingDimensions(finding),
    [
      { name: 'Findings', unit: 'Count', values: [count] },
      { name: 'Blocked', unit: 'Count', values: [finding.blocked ? count : 0] },
    ],
    body,
  );
}

export function measuresLine(measures: Measures): string {
  const { addedLatency: _, ...figures } = measures;
  return emfLine(measures.time, [['FunctionName']], { FunctionName: nameOf(measures.function) }, metricsOf(measures), {
    rolefence: { measures: figures },
  });
}

/** CloudWatch embedded metric format specification. `body` must not have the name of a dimension or metric. */
export function emfLine(
  timestamp: number,
  sets: readonly (readonly string[])[],
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly Metric[],
  body: Readonly<Record<string, unknown>>,
): string {
  return JSON.stringify({
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: sets,
          Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, values }) => [name, values.length === 1 ? values[0] : values])),
    ...body,
  });
}
