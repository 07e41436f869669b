import type { FunctionBaseline } from '../../baseline/model/document.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import type { PolicyDocument } from '../../baseline/policy/document.ts';
import { type LambdaNeeds, lambdaNeeds } from '../../baseline/policy/lambda-needs.ts';
import { documentOf, type Reasoned, recommend } from '../../baseline/policy/recommend.ts';
import { fitOne, MANAGED_LIMIT, SESSION_LIMIT, split, type Widening } from '../../baseline/policy/size.ts';
import { type LeftOut, type Use, usageOf } from '../../baseline/policy/usage.ts';
import { UsageError } from '../errors.ts';

export type PolicyKind = 'identity' | 'boundary' | 'session';

export interface Wanted {
  readonly kind: PolicyKind;
  /** One policy for all of them: the role that they share. */
  readonly shared: boolean;
  readonly needs: { readonly logs: boolean } & Omit<LambdaNeeds, 'logsOf'>;
}

/** One policy document with where it comes from. */
export interface Recommended {
  readonly function: string;
  readonly document: PolicyDocument;
  readonly statements: readonly Reasoned[];
  readonly widened: Widening;
}

export interface Recommendation {
  readonly policies: readonly Recommended[];
  readonly leftOut: readonly LeftOut[];
}

export function recommendFor(functions: readonly [string, FunctionBaseline][], wanted: Wanted): Recommendation {
  const usages = functions.map(([name, baseline]) => ({ name, ...usageOf(name, baseline) }));
  const groups: { name: string; functions: string[]; uses: Use[] }[] = wanted.shared
    ? [
        {
          name: usages.map(({ name }) => name).join(', '),
          functions: usages.map(({ name }) => name),
          uses: joined(usages.flatMap(({ uses }) => uses)),
        },
      ]
    : usages.map(({ name, uses }) => ({ name, functions: [name], uses: [...uses] }));
  return {
    policies: groups.flatMap((group) => policiesFor(group.name, group.functions, group.uses, wanted)),
    leftOut: usages.flatMap(({ leftOut }) => leftOut),
  };
}

function policiesFor(name: string, functions: readonly string[], uses: readonly Use[], wanted: Wanted): Recommended[] {
  // A ceiling without these would take the function's log away
  const logs = wanted.needs.logs || wanted.kind === 'boundary';
  const extra = [
    ...functions.flatMap((one) =>
      lambdaNeeds({ logsOf: logs ? functionName(one) : null, vpc: false, xray: false, kmsKeys: [] }, uses),
    ),
    ...lambdaNeeds({ ...wanted.needs, logsOf: null }, uses),
  ];
  const statements = recommend(uses, extra);
  if (statements.length === 0) return [];
  if (wanted.kind === 'identity') {
    return split(statements, MANAGED_LIMIT).map((part) => ({
      function: name,
      document: documentOf(part),
      statements: part,
      widened: 'none',
    }));
  }
  const limit = wanted.kind === 'session' ? SESSION_LIMIT : MANAGED_LIMIT;
  const fitted = fitOne(statements, limit);
  if (fitted === null)
    throw new UsageError(`${name} uses more than a ${wanted.kind} policy can say in ${limit} characters`);
  return [{ function: name, statements, ...fitted }];
}

/** The same need of several functions is one need with evidence from each. */
function joined(uses: readonly Use[]): Use[] {
  const byKey = new Map<string, Use>();
  for (const use of uses) {
    const key = JSON.stringify([use.action, use.arn, use.prefix]);
    const known = byKey.get(key);
    const regions =
      known === undefined
        ? use.regions
        : known.regions === null || use.regions === null
          ? null
          : [...new Set([...known.regions, ...use.regions])].sort();
    byKey.set(key, { ...use, regions, evidence: [...(known?.evidence ?? []), ...use.evidence] });
  }
  return [...byKey.values()];
}
