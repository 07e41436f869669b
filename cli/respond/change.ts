import { ISOLATION, type Isolation } from '../../baseline/approval/isolation.ts';
import { denyDocument, revokedBefore } from './policies.ts';

/**
 * One thing that a response changes, with what was there before: enough to undo it. A value, so that it can be shown, written to a file and turned
 * around before anything happens.
 */
export type Change = RolePolicyChange | ConcurrencyChange | ConfigurationChange | IsolationChange;

export interface RolePolicyChange {
  readonly kind: 'role-policy';
  readonly role: string;
  /** Name of the inline policy. */
  readonly policy: string;
  /** Its document as JSON; null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

export interface ConcurrencyChange {
  readonly kind: 'concurrency';
  readonly function: string;
  /** Reserved concurrency; null where none is reserved. */
  readonly before: number | null;
  readonly after: number | null;
}

/** Layers and variables of a function; variables that are not named here are not touched. */
export interface ConfigurationChange {
  readonly kind: 'configuration';
  /** Unqualified ARN: an undo file must not reach a function of that name in another account or region. */
  readonly function: string;
  readonly before: Configured;
  readonly after: Configured;
}

/** The switch that the function's sensors read in the store of their baselines. */
export interface IsolationChange {
  readonly kind: 'isolation';
  /** As ROLEFENCE_BASELINE names it. */
  readonly store: string;
  readonly function: string;
  /** Null where it is not turned, or cannot be read: sensors take both alike. */
  readonly before: Isolation | null;
  readonly after: Isolation | null;
}

export interface Configured {
  /** ARNs of layer versions, in order. */
  readonly layers: readonly string[];
  /** Null where it is not set. */
  readonly variables: Readonly<Record<string, string | null>>;
}

export const inverse = (change: Change): Change =>
  ({ ...change, before: change.after, after: change.before }) as Change;

/** What a change is of, for a person. */
export const subjectOf = (change: Change): string =>
  change.kind === 'role-policy'
    ? `role ${change.role}`
    : `function ${change.function.split(':')[6] ?? change.function}`;

/** For a person. */
export function sentence(change: Change): string {
  if (change.kind === 'concurrency') {
    const value = (count: number | null) => (count === null ? 'none' : String(count));
    const effect =
      change.after === 0 ? ': no invocation starts any more' : change.before === 0 ? ': invocations start again' : '';
    return `function ${change.function}: reserved concurrency ${value(change.before)} → ${value(change.after)}${effect}`;
  }
  if (change.kind === 'configuration') return configurationSentence(change);
  if (change.kind === 'isolation') {
    const what = `function ${change.function}: ${change.after === null ? 'end its isolation' : 'isolate it'} in ${change.store}`;
    return change.after === null
      ? `${what}: sensors that start let through again what they may`
      : `${what}: sensors that start refuse every call and connection`;
  }
  const verb = change.before === null ? 'add' : change.after === null ? 'remove' : 'replace';
  return `role ${change.role}: ${verb} the inline policy ${change.policy}${change.after === null ? '' : ` (${effectOf(change.after)})`}`;
}

/** Names of variables only: what they hold may be a secret. */
function configurationSentence({ function: arn, before, after }: ConfigurationChange): string {
  const parts: string[] = [];
  const added = after.layers.filter((one) => !before.layers.includes(one));
  const removed = before.layers.filter((one) => !after.layers.includes(one));
  const short = (layers: readonly string[]) => layers.map((one) => one.split(':').slice(6).join(':')).join(', ');
  if (added.length > 0) parts.push(`add layer ${short(added)}`);
  if (removed.length > 0) parts.push(`remove layer ${short(removed)}`);
  const names = Object.keys(after.variables)
    .filter((name) => after.variables[name] !== before.variables[name])
    .sort();
  const set = names.filter((name) => after.variables[name] !== null);
  const unset = names.filter((name) => after.variables[name] === null);
  if (set.length > 0) parts.push(`set ${set.join(', ')}`);
  if (unset.length > 0) parts.push(`unset ${unset.join(', ')}`);
  return `function ${arn.split(':')[6] ?? arn}: ${parts.join('; ') || 'nothing'}`;
}

/** In words only what is word for word ours: whoever reads this decides by it. */
function effectOf(document: string): string {
  if (document === denyDocument()) return 'denies everything';
  const time = revokedBefore(document);
  return time === null ? `its document: ${document}` : `denies every session that began before ${time}`;
}

export function sameState(a: Change['after'], b: Change['after']): boolean {
  if (a === b) return true;
  if (typeof a === 'string' && typeof b === 'string') return canonical(a) === canonical(b);
  if (isIsolation(a) && isIsolation(b)) return turnOf(a) === turnOf(b);
  return isConfigured(a) && isConfigured(b) && ordered(a) === ordered(b);
}

export const isConfigured = (value: unknown): value is Configured => {
  if (typeof value !== 'object' || value === null) return false;
  const { layers, variables } = value as Partial<Configured>;
  return (
    Array.isArray(layers) &&
    layers.every((one) => typeof one === 'string') &&
    typeof variables === 'object' &&
    variables !== null &&
    Object.values(variables).every((one) => one === null || typeof one === 'string')
  );
};

export const isIsolation = (value: unknown): value is Isolation =>
  typeof value === 'object' && value !== null && (value as Partial<Isolation>).format === ISOLATION;

const turnOf = ({ function: name, from, by, reason }: Isolation): string => JSON.stringify([name, from, by, reason]);

const ordered = ({ layers, variables }: Configured): string =>
  JSON.stringify([layers, Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1))]);

function canonical(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document));
  } catch {
    return document;
  }
}
