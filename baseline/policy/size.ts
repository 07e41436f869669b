import type { PolicyDocument, PolicyStatement } from './document.ts';
import { documentOf, type Reasoned, statementOf } from './recommend.ts';

/** Characters of a managed policy, of a permissions boundary (which is one), and of a session policy. White space does not count. */
export const MANAGED_LIMIT = 6_144;
export const SESSION_LIMIT = 2_048;

export const sizeOf = (document: PolicyDocument): number => JSON.stringify(document).length;

const EMPTY = JSON.stringify({ Version: '2012-10-17', Statement: [] }).length;
const statementSize = (statement: PolicyStatement): number => JSON.stringify(statement).length + 1;

/** As many policies as are needed, each below the limit; statements stay in order, one that is too large alone is cut by its resources. */
export function split(statements: readonly Reasoned[], limit: number): Reasoned[][] {
  const parts: Reasoned[][] = [];
  let part: Reasoned[] = [];
  let size = EMPTY;
  for (const statement of statements.flatMap((one) => cut(one, limit - EMPTY))) {
    const own = statementSize(statementOf(statement));
    if (part.length > 0 && size + own > limit) {
      parts.push(part);
      part = [];
      size = EMPTY;
    }
    part.push(statement);
    size += own;
  }
  if (part.length > 0) parts.push(part);
  return parts;
}

function cut(statement: Reasoned, limit: number): Reasoned[] {
  if (statementSize(statementOf(statement)) <= limit || statement.resources.length === 1) return [statement];
  const half = Math.ceil(statement.resources.length / 2);
  return [statement.resources.slice(0, half), statement.resources.slice(half)].flatMap((resources, i) => {
    const kept = statement.evidence.filter(({ arn }) => resources.includes(arn));
    return cut({ ...statement, resources, sid: `${statement.sid}${i === 0 ? 'A' : 'B'}`, evidence: kept }, limit);
  });
}

/** How far a ceiling had to be raised to fit into one document. */
export type Widening = 'none' | 'paths' | 'services';

/**
 * One document below the limit, for boundaries and session policies, which cannot be split. A ceiling may be wider than the need: paths give
 * way to whole buckets and their like first, then names to `*`. Null where not even that is enough.
 */
export function fitOne(
  statements: readonly Reasoned[],
  limit: number,
): { document: PolicyDocument; widened: Widening } | null {
  const forms: readonly (readonly [Widening, readonly Reasoned[]])[] = [
    ['none', statements],
    [
      'paths',
      merged(statements.map((one) => ({ ...one, resources: [...new Set(one.resources.map(withoutPath))].sort() }))),
    ],
    ['services', merged(statements.map((one) => ({ ...one, resources: ['*'], condition: null })))],
  ];
  for (const [widened, form] of forms) {
    for (const named of [true, false]) {
      const document = documentOf(form);
      const shown = named
        ? document
        : { ...document, Statement: document.Statement.map(({ Sid: _, ...rest }) => rest) };
      if (sizeOf(shown) <= limit) return { document: shown, widened };
    }
  }
  return null;
}

/** `bucket/raw/a*.jpg` → `bucket/*`; what has no path stays. */
function withoutPath(arn: string): string {
  if (!arn.startsWith('arn:')) return arn;
  const parts = arn.split(':');
  const resource = parts.slice(5).join(':');
  const slash = resource.indexOf('/');
  if (slash < 0) return arn;
  const end = parts[2] === 's3' ? slash : resource.lastIndexOf('/');
  return `${parts.slice(0, 5).join(':')}:${resource.slice(0, end)}/*`;
}

/** Statements with the same resources and conditions become one again. */
function merged(statements: readonly Reasoned[]): Reasoned[] {
  const byKey = new Map<string, Reasoned>();
  for (const one of statements) {
    const key = JSON.stringify([one.resources, one.condition]);
    const known = byKey.get(key);
    byKey.set(
      key,
      known === undefined
        ? one
        : {
            ...known,
            actions: [...new Set([...known.actions, ...one.actions])].sort(),
            evidence: [...known.evidence, ...one.evidence],
          },
    );
  }
  return [...byKey.values()];
}
