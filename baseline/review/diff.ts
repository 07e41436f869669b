import { Schedule } from '../detect/schedule.ts';
import type { BaselineDocument, FunctionBaseline } from '../model/document.ts';

/** One thing that only one of two documents has. */
export interface BaselineChange {
  readonly function: string;
  readonly change: 'added' | 'removed';
  readonly facet:
    | 'function'
    | 'action'
    | 'resource'
    | 'region'
    | 'credential'
    | 'account'
    | 'egress'
    | 'version'
    | 'schedule';
  /** IAM action that it belongs to; null where it belongs to none. */
  readonly action: string | null;
  readonly value: string;
}

/** What the newer document allows that the older did not, and the other way round: what a person looks at before approving. Counts are left out. */
export function diffBaselines(older: BaselineDocument, newer: BaselineDocument): BaselineChange[] {
  const changes: BaselineChange[] = [];
  for (const name of union(Object.keys(older.functions), Object.keys(newer.functions))) {
    const before = facts(Object.hasOwn(older.functions, name) ? older.functions[name]! : null);
    const after = facts(Object.hasOwn(newer.functions, name) ? newer.functions[name]! : null);
    if (before.size > 0 && after.size > 0 && has(before, 'schedule') !== has(after, 'schedule')) {
      const fact: Fact = { facet: 'schedule', action: null, value: ANY_HOUR };
      (has(before, 'schedule') ? after : before).set(factKey(fact), fact);
    }
    for (const key of union([...before.keys()], [...after.keys()])) {
      if (before.has(key) && after.has(key)) continue;
      const fact = (before.get(key) ?? after.get(key))!;
      changes.push({ function: name, change: after.has(key) ? 'added' : 'removed', ...fact });
    }
  }
  return changes;
}

/** Where one of two has a schedule: to have none allows more, and is not to look like less. */
export const ANY_HOUR = 'any hour';

const has = (found: ReadonlyMap<string, Fact>, facet: Fact['facet']): boolean =>
  [...found.values()].some((fact) => fact.facet === facet);

/** One thing that a baseline allows. */
export type Fact = Pick<BaselineChange, 'facet' | 'action' | 'value'>;

/** By a text that names each. */
export function facts(baseline: FunctionBaseline | null): Map<string, Fact> {
  const found = new Map<string, Fact>();
  const add = (facet: Fact['facet'], action: string | null, values: Iterable<string>) => {
    for (const value of values) found.set(factKey({ facet, action, value }), { facet, action, value });
  };
  if (baseline === null) return found;
  add('version', null, Object.keys(baseline.versions));
  const schedule = Schedule.of(baseline);
  if (schedule !== null) add('schedule', null, [schedule.toString()]);
  add('account', null, Object.keys(baseline.accounts));
  add('egress', null, Object.keys(baseline.egress));
  for (const [name, action] of Object.entries(baseline.actions)) {
    add('action', name, [name]);
    add('region', name, Object.keys(action.regions));
    add('credential', name, Object.keys(action.credentials));
    add('resource', name, Object.keys(action.resources));
  }
  return found;
}

export const factKey = ({ facet, action, value }: Fact): string => JSON.stringify([facet, action, value]);

const union = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort();
