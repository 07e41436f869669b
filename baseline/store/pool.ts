import type { ActionBaseline, EgressBaseline, EvidenceMap, FunctionBaseline, Size } from '../model/document.ts';
import { FunctionModel } from '../model/function-model.ts';
import { SIZES, SizeModel } from '../model/size-model.ts';
import { type Fact, factKey, facts } from '../review/diff.ts';
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
  const models = others.map(({ model }) => model);
  const seenBy = new Map<string, number>();
  for (const baseline of baselines)
    for (const [key, fact] of facts(baseline)) if (isShared(fact)) seenBy.set(key, (seenBy.get(key) ?? 0) + 1);
  for (const [key, count] of seenBy) if (count < quorum) seenBy.delete(key);
  const model = new FunctionModel();
  if (own !== null) model.join(own.model);
  const known = new Set(facts(model.toBaseline()).keys());
  const knowsAction = (action: string) => known.has(factKey({ facet: 'action', action, value: action }));
  const vouched: Vouched = {
    has: (fact) => seenBy.has(factKey(fact)),
    hasError: (action, code) =>
      models.filter((one) => one.actions.peek(action)?.errors.has(code) === true).length >= quorum,
    actionSize: (action) =>
      vouchedSize(
        models.map((one) => one.actions.peek(action)?.size),
        quorum,
      ),
    hostSize: (host) =>
      vouchedSize(
        models.map((one) => one.egress.peek(host)?.size),
        quorum,
      ),
  };
  for (const baseline of baselines) model.join(FunctionModel.from(share(baseline, vouched, knowsAction)));
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

/** What a quorum of the others stands for. */
interface Vouched {
  has(fact: Fact): boolean;
  hasError(action: string, code: string): boolean;
  actionSize(action: string): Size;
  hostSize(host: string): Size;
}

/** Others' days say nothing of this function's. */
const UNKNOWN = -1;

/** Of the largest of each, of the second largest and so on, the one that a quorum has reached: none is larger for what fewer functions claim. */
function vouchedSize(sizes: readonly (SizeModel | undefined)[], quorum: number): Size {
  const vouched = new SizeModel();
  for (const key of SIZES) {
    const lists = sizes.map((size) => size?.[key].values ?? []);
    for (let rank = 0; ; rank++) {
      const reached = lists.filter((list) => list.length > rank).map((list) => list[rank]!);
      if (reached.length < quorum) break;
      vouched[key].add(reached.sort((a, b) => b - a)[quorum - 1]!, UNKNOWN);
    }
  }
  return vouched.toJson();
}

/**
 * What another function gives. Not its invocations: how much of this function has been seen is told by its own alone. An action comes with a resource, or where this
 * function has it already; else there would be nothing that it may be used on.
 */
function share(
  baseline: FunctionBaseline,
  vouched: Vouched,
  knowsAction: (action: string) => boolean,
): FunctionBaseline {
  const some = <T>(facet: Fact['facet'], action: string | null, map: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(map).filter(([value]) => vouched.has({ facet, action, value })));
  const actions: Record<string, ActionBaseline> = {};
  for (const [name, { invocations, ...learned }] of Object.entries(baseline.actions)) {
    if (!vouched.has({ facet: 'action', action: name, value: name })) continue;
    const resources: EvidenceMap = some('resource', name, learned.resources);
    if (Object.keys(resources).length === 0 && !knowsAction(name)) continue;
    actions[name] = {
      invocations,
      resources,
      regions: some('region', name, learned.regions),
      credentials: some('credential', name, learned.credentials),
      errors: Object.fromEntries(Object.entries(learned.errors).filter(([code]) => vouched.hasError(name, code))),
      size: vouched.actionSize(name),
    };
  }
  const egress: Record<string, EgressBaseline> = {};
  for (const [host, { invocations }] of Object.entries(some('egress', null, baseline.egress)))
    egress[host] = { invocations, size: vouched.hostSize(host) };
  return {
    invocations: 0,
    from: null,
    to: null,
    versions: {},
    accounts: {},
    actions,
    egress,
    order: { steps: [], follows: {} },
    sample: [],
    several: {},
    hours: {},
    ages: {},
  };
}
