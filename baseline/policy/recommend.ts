import type { Condition, PolicyDocument, PolicyStatement } from './document.ts';
import { policyConditions } from './grant-conditions.ts';
import { sidFor, uniqueSids } from './sid.ts';
import type { Evidence, Use } from './usage.ts';

/** One statement and what it rests on. */
export interface Reasoned {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: Condition | null;
  /** Empty for what is not learned: what Lambda itself needs. */
  readonly evidence: readonly (Evidence & { readonly action: string; readonly arn: string })[];
  /** For statements without evidence: why they are there. */
  readonly because: string | null;
}

/**
 * Least privilege for these uses: each grants exactly the actions on exactly the resources that were seen (and their like, where a place is open).
 * Uses with the same resources become one statement, statements with the same actions too; no grant is widened by it.
 */
export function recommend(uses: readonly Use[], extra: readonly Reasoned[] = []): Reasoned[] {
  const byResource = new Map<string, Use[]>();
  const conditions = new Map<string, Condition | null>();
  for (const use of uses) {
    const condition = policyConditions(use, uses);
    const key = JSON.stringify([serviceOf(use), use.arn, condition]);
    conditions.set(key, condition);
    byResource.set(key, [...(byResource.get(key) ?? []), use]);
  }
  const byActions = new Map<string, { uses: Use[]; condition: Condition | null }>();
  for (const [key, alike] of byResource) {
    const condition = conditions.get(key)!;
    const actions = [...new Set(alike.map(({ action }) => action))].sort();
    const actionsKey = JSON.stringify([actions, condition]);
    const known = byActions.get(actionsKey);
    if (known === undefined) byActions.set(actionsKey, { uses: [...alike], condition });
    else known.uses.push(...alike);
  }
  const drafts = [...byActions.values()].map(({ uses: alike, condition }) => ({
    actions: [...new Set(alike.map(({ action }) => action))].sort(),
    resources: [...new Set(alike.map(({ arn }) => arn))].sort(),
    condition,
    evidence: alike.flatMap(({ action, arn, evidence }) => evidence.map((one) => ({ ...one, action, arn }))),
    because: alike.some(({ implied }) => implied === true)
      ? 'IAM asks for the catalog and the database of a table too'
      : null,
  }));
  drafts.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const all = [...drafts.map((draft) => ({ ...draft, sid: sidFor(draft.actions, draft.resources) })), ...extra];
  const sids = uniqueSids(all.map(({ sid }) => sid));
  return all.map((statement, i) => ({ ...statement, sid: sids[i]! }));
}

const serviceOf = ({ action }: Use): string => action.slice(0, action.indexOf(':'));
const orderOf = ({ actions, resources }: { actions: readonly string[]; resources: readonly string[] }): string =>
  `${actions[0]} ${resources[0]}`;

export function statementOf({
  sid,
  actions,
  resources,
  condition,
}: Omit<Reasoned, 'evidence' | 'because'>): PolicyStatement {
  return {
    Sid: sid,
    Effect: 'Allow',
    Action: oneOrMany(actions),
    Resource: oneOrMany(resources),
    ...(condition === null ? {} : { Condition: condition }),
  };
}

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? values[0]! : values;

export const documentOf = (statements: readonly Reasoned[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map(statementOf),
});
