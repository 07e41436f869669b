/** The finding record: deviations worth telling somebody. Sinks carry it; `replay` and `--findings` write it as it is. */
export interface Finding {
  /** ISO 8601, UTC: the time of the call, or the end of the period. */
  readonly time: string | null;
  /** ISO 8601, UTC: the time of the call that showed it, where that was a later one. */
  readonly toldAt?: string | null;
  readonly function: string | null;
  readonly version: string | null;
  readonly environment: string | null;
  readonly invocation: string | null;
  /** `id` of the call that raised it. */
  readonly callId: string | null;
  /** "function" for a finding about a period. */
  readonly scope: 'call' | 'function';
  /** Name of the detector. */
  readonly detector: string;
  /** What a person would call the same finding: one key, one thing to read. */
  readonly key: string;
  readonly severity: Severity;
  /** 0 to 1: how sure. */
  readonly score: number;
  /** True where the call was refused. */
  readonly blocked: boolean;
  /** IAM action, or null where the finding is not about one. */
  readonly action: string | null;
  /** ARN, or host:port for egress. */
  readonly resource: string | null;
  /** One plain sentence. */
  readonly reason: string;
  /** MITRE ATT&CK technique ids. */
  readonly techniques: readonly string[];
}

/** Whose findings there are: of what lies outside the baseline, of what is unusual within it, and of what the sensor has to say itself. */
export const DETECTOR_NAMES = [
  ...['certainty', 'credential', 'action', 'resource', 'region', 'egress'],
  ...['rare', 'volume', 'order', 'company', 'drift', 'omission', 'hours', 'age', 'shape', 'errors'],
  ...['rule', 'seal', 'sensor', 'bypass', 'hand-in'],
] as const;

/** info is a notice: worth a line, nobody is woken. */
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

/** Least first. */
export const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** Somebody should know of it before what raised it is over. */
export const isUrgent = ({ severity }: Finding): boolean => severity === 'high' || severity === 'critical';
