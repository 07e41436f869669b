import type { Want } from '../body/tree.ts';
import { doubt } from '../doubt.ts';
import type { Access, Binder, Naming, Reading } from '../reading.ts';

/** How one operation's resources are found. */
export interface Rule {
  /** What is read of the body; null or absent where the head says it all. */
  readonly body?: Want | null;
  name(reading: Reading): Naming | readonly Access[];
}

/** A binder made of one rule an operation; for all others the catalog's rules hold. */
export function rules(byOperation: Readonly<Record<string, Rule>>): Binder {
  const table = new Map(Object.entries(byOperation));
  return {
    wants(operation) {
      const rule = table.get(operation);
      return rule === undefined ? undefined : (rule.body ?? null);
    },
    name(operation, reading) {
      const named = table.get(operation)?.name(reading);
      return isList(named) ? { access: named } : named;
    },
  };
}

const isList = (named: Naming | readonly Access[] | undefined): named is readonly Access[] => Array.isArray(named);

/** Resources of one action at most: S3's DeleteObjects takes 1,000 objects, and nothing more than that. */
const MOST = 1_100;

export function access(action: string, ...resources: readonly string[]): Access {
  const named = unique(resources);
  if (named.length > MOST) doubt('a call for more resources than any service takes at once');
  return { action, resources: named.length === 0 ? ['*'] : named };
}

export const unique = (values: readonly string[]): string[] => (values.length < 2 ? [...values] : [...new Set(values)]);
