import { type Fact, factKey, facts } from '../model/diff.ts';
import type { ActionBaseline, EvidenceMap, FunctionBaseline } from '../model/document.ts';
import { FunctionModel } from '../model/function-model.ts';
import { Deployments } from './deployments.ts';
import type { Learned } from './learned.ts';
import { newOrigins, settle } from './origins.ts';

/**
 * What functions of the same code learned, for one of them. It is made by an operator who reads their candidates, never in the store: no function can write what another
 * is judged by, and which code a function has is Lambda's word, not its own. A thing comes over only where a quorum of the others has seen it, so that one function that an
 * intruder is in gives nothing to the rest, and what is one function's own (its bucket, its tenant's table) stays its own.
 */
export interface Pooled {
  readonly learned: Learned;
  /** What it has from others only, by `factKey`: how many others have seen each. */
  readonly taken: ReadonlyMap<string, number>;
}

/** `own` is null for a function that has learned nothing. `others` are of the same code, without the function itself. */
export function pool(own: Learned | null, others: readonly Learned[], quorum: number): Pooled {
  const baselines = others.map(({ model }) => model.toBaseline());
  const seenBy = new Map<string, number>();
  for (const baseline of baselines)
    for (const [key, fact] of facts(baseline)) if (isShared(fact)) seenBy.set(key, (seenBy.get(key) ?? 0) + 1);
  for (const [key, count] of seenBy) if (count < quorum) seenBy.delete(key);
  const model = new FunctionModel();
  if (own !== null) model.join(own.model);
  const known = new Set(facts(model.toBaseline()).keys());
  const knowsAction = (action: string) => known.has(factKey({ facet: 'action', action, value: action }));
  for (const baseline of baselines) model.join(FunctionModel.from(share(baseline, seenBy, knowsAction)));
  const taken = new Map<string, number>();
  for (const key of facts(model.toBaseline()).keys()) if (!known.has(key)) taken.set(key, seenBy.get(key) ?? quorum);
  const origins = newOrigins();
  for (const one of own === null ? others : [own, ...others]) origins.join(one.origins);
  return {
    learned: { model, origins: settle(origins, model), deployments: own?.deployments ?? new Deployments() },
    taken,
  };
}

/** Versions and accounts are a function's own, and so is every key that is not its role's. */
const isShared = ({ facet, value }: Fact): boolean =>
  facet === 'action' ||
  facet === 'resource' ||
  facet === 'region' ||
  facet === 'egress' ||
  (facet === 'credential' && (value === 'own' || value === 'issued'));

/**
 * What another function gives. Not its invocations: how much of this function has been seen is told by its own alone. An action comes with a resource, or where this
 * function has it already; else there would be nothing that it may be used on.
 */
function share(
  baseline: FunctionBaseline,
  quorum: ReadonlyMap<string, number>,
  knowsAction: (action: string) => boolean,
): FunctionBaseline {
  const some = <T>(facet: Fact['facet'], action: string | null, map: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(map).filter(([value]) => quorum.has(factKey({ facet, action, value }))));
  const actions: Record<string, ActionBaseline> = {};
  for (const [name, learned] of Object.entries(baseline.actions)) {
    if (!quorum.has(factKey({ facet: 'action', action: name, value: name }))) continue;
    const resources: EvidenceMap = some('resource', name, learned.resources);
    if (Object.keys(resources).length === 0 && !knowsAction(name)) continue;
    actions[name] = {
      ...learned,
      resources,
      regions: some('region', name, learned.regions),
      credentials: some('credential', name, learned.credentials),
    };
  }
  return {
    invocations: 0,
    from: null,
    to: null,
    versions: {},
    accounts: {},
    actions,
    egress: some('egress', null, baseline.egress),
    order: { steps: [], follows: {} },
    sample: [],
    several: {},
  };
}
