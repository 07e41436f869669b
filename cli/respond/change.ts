/**
 * One thing that a response changes, with what was there before: enough to undo it. A value, so that it can be shown, written to a file and turned
 * around before anything happens.
 */
export type Change = RolePolicyChange | ConcurrencyChange;

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

export const inverse = (change: Change): Change =>
  ({ ...change, before: change.after, after: change.before }) as Change;

/** For a person. */
export function sentence(change: Change): string {
  if (change.kind === 'concurrency') {
    const value = (count: number | null) => (count === null ? 'none' : String(count));
    const effect =
      change.after === 0 ? ': no invocation starts any more' : change.before === 0 ? ': invocations start again' : '';
    return `function ${change.function}: reserved concurrency ${value(change.before)} → ${value(change.after)}${effect}`;
  }
  const verb = change.before === null ? 'add' : change.after === null ? 'remove' : 'replace';
  return `role ${change.role}: ${verb} the inline policy ${change.policy}${change.after === null ? '' : ` (${effectOf(change.after)})`}`;
}

function effectOf(document: string): string {
  const time = /"aws:TokenIssueTime":"([^"]+)"/.exec(document)?.[1];
  return time === undefined ? 'denies everything' : `denies every session that began before ${time}`;
}

export const sameState = (a: Change['after'], b: Change['after']): boolean =>
  a === b || (typeof a === 'string' && typeof b === 'string' && canonical(a) === canonical(b));

function canonical(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document));
  } catch {
    return document;
  }
}
