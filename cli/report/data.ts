import type { Severity } from '../../baseline/finding.ts';
import type { PolicyDiff, PolicySummary } from '../../baseline/policy/diff.ts';
import type { Use } from '../../baseline/policy/usage.ts';
import type { FunctionCoverage } from '../../baseline/review/coverage.ts';

/** All that a report shows, out of whatever files there were. */
export interface ReportData {
  /** What was read, by name. */
  readonly sources: readonly string[];
  /** ISO 8601: when the report was made. */
  readonly made: string;
  readonly functions: readonly FunctionReport[];
}

export interface FunctionReport {
  readonly name: string;
  /** Null without a baseline, or where it has no entry. Worked out when first asked for: most functions of a fleet have their row only. */
  readonly scope: Scope | null;
  /** Null without a baseline. */
  readonly ready: Readiness | null;
  /** Why; worked out when first asked for. */
  readonly coverage: FunctionCoverage | null;
  readonly calls: CallTotals | null;
  /** Whether its calls go through the sensor: the worst of what any environment showed. Null where nothing says. */
  readonly sight: SightStatus | null;
  readonly findings: readonly FindingGroup[];
  /** By severity and day: when findings came. */
  readonly findingsByTime: ReadonlyMap<string, Readonly<Record<Severity, number>>>;
  /** Refused and let-through accesses outside the scope. */
  readonly outside: readonly Outside[];
  /** Against the policy of its role; null where none was given. */
  readonly policy: (PolicySummary & { diff(): PolicyDiff }) | null;
}

/** As extension/sight/status.ts has them. */
export type SightStatus = 'intercepted' | 'partly' | 'bypassed' | 'unsupported';

/** For which mode enough was seen; for block mode that it refuses nothing of what went through, too. */
export type Readiness = 'learning' | 'alert' | 'block';

export interface Scope {
  readonly uses: readonly Use[];
  readonly egress: readonly string[];
  readonly invocations: number;
  readonly from: string | null;
  readonly to: string | null;
}

export interface CallTotals {
  readonly count: number;
  readonly blocked: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** By hour (`2026-03-01T08`): calls, bytes out, bytes in. */
  readonly byTime: ReadonlyMap<string, readonly [calls: number, bytesOut: number, bytesIn: number]>;
}

export interface Tally {
  readonly count: number;
  readonly blocked: number;
}

/** Findings about one thing in one story: one row. */
export interface FindingGroup {
  /** Of the story; its first thing gave it the name. */
  readonly key: string;
  /** Action, and bucket, table or host: what a person reads. */
  readonly thing: string;
  readonly severity: Severity;
  /** Without what was only a notice (severity info): told already, or seldom worth a look. */
  readonly findings: Tally;
  readonly notices: Tally;
  readonly reason: string;
  readonly detector: string;
  readonly techniques: readonly string[];
  readonly first: string | null;
  readonly last: string | null;
}

export interface Outside {
  readonly action: string;
  readonly resource: string;
  readonly blocked: boolean;
  readonly count: number;
}
