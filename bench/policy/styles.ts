import type { Call } from '../../baseline/call.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { requestsOf } from '../../baseline/policy/call-request.ts';
import type { PolicyDocument, PolicyStatement } from '../../baseline/policy/document.ts';
import { documentOf, recommend } from '../../baseline/policy/recommend.ts';
import { MANAGED_LIMIT, split } from '../../baseline/policy/size.ts';
import { usageOf } from '../../baseline/policy/usage.ts';

/** A way to make a policy out of calls that were seen, by function. */
export interface Style {
  readonly name: string;
  policies(calls: readonly Call[]): ReadonlyMap<string, readonly PolicyDocument[]>;
}

/** `rolefence policy recommend`. */
const recommended: Style = {
  name: 'rolefence policy recommend',
  policies(calls) {
    const learner = createLearner();
    for (const call of calls) learner.observe(call);
    return new Map(
      Object.entries(learner.document().functions).map(([name, baseline]) => [
        name,
        split(recommend(usageOf(name, baseline).uses), MANAGED_LIMIT).map(documentOf),
      ]),
    );
  },
};

/** As iamlive writes what a client's monitoring tells it: the actions, on everything. */
const actionsOnly: Style = {
  name: 'actions, on *',
  policies: (calls) =>
    byFunction(calls, (seen) => [{ Effect: 'Allow', Action: [...seen.keys()].sort(), Resource: ['*'] }]),
};

/** As iamlive writes what its proxy has seen: each action on each resource as the requests named them; actions with the same resources stand together. */
const exactResources: Style = {
  name: 'actions, on each resource seen',
  policies: (calls) =>
    byFunction(calls, (seen) => {
      const together = new Map<string, string[]>();
      for (const [action, resources] of seen) {
        const key = JSON.stringify([...resources].sort());
        together.set(key, [...(together.get(key) ?? []), action]);
      }
      return [...together].map(([key, actions]) => ({
        Effect: 'Allow',
        Action: actions.sort(),
        Resource: JSON.parse(key) as string[],
      }));
    }),
};

export const STYLES: readonly Style[] = [recommended, exactResources, actionsOnly];

function byFunction(
  calls: readonly Call[],
  statements: (seen: ReadonlyMap<string, ReadonlySet<string>>) => PolicyStatement[],
): ReadonlyMap<string, readonly PolicyDocument[]> {
  const seen = new Map<string, Map<string, Set<string>>>();
  for (const call of calls) {
    // What was refused, or could not be named, is asked for by nobody
    if (call.function === null || call.certainty !== 'exact' || call.accessKeyId !== call.ownAccessKeyId) continue;
    const own = seen.get(call.function) ?? new Map<string, Set<string>>();
    seen.set(call.function, own);
    for (const { action, resource } of requestsOf(call))
      own.set(action, (own.get(action) ?? new Set<string>()).add(resource));
  }
  return new Map(
    [...seen].map(([name, own]) => [name, [{ Version: '2012-10-17', Statement: statements(own) } as PolicyDocument]]),
  );
}
