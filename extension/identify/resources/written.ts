import { applyRule } from '../access.ts';
import { want } from '../body/tree.ts';
import { parseAccess } from '../notation.ts';
import type { Rule } from './rules.ts';

/** Rules in the catalog's own notation, for a service of which only some operations need code. Templates stand as `[template]` before their gaps. */
export function written(prefix: string, table: Readonly<Record<string, string>>): Record<string, Rule> {
  return Object.fromEntries(
    Object.entries(table).map(([operation, text]): [string, Rule] => {
      const templates: string[] = [];
      const numbered = text.replaceAll(
        /\[([^\]]+:[^\]]*)\]/g,
        (_, template: string) => `${templates.push(template) - 1}`,
      );
      const rule = parseAccess(prefix, operation, numbered, '', templates);
      const body = rule.body.length === 0 ? null : want(...rule.body);
      return [operation, { body, name: (reading) => applyRule(rule, reading) }];
    }),
  );
}
