import type { BaselineDocument } from '../../baseline/model/document.ts';
import { listed } from '../../baseline/names/listed.ts';
import { iamAction } from '../../baseline/policy/actions.ts';

/**
 * What a baseline holds by a name that nobody knows: one sentence for each function. Calls that no catalog knows are learned as any operation of their service, and an action that IAM does not have is
 * what some file says: neither is read over by who approves it, unless it is told.
 */
export function unnamedWork({ functions }: BaselineDocument): string[] {
  return Object.entries(functions).flatMap(([name, { actions }]) => {
    const unknown = Object.keys(actions).filter((action) => iamAction(action) === null);
    const any = unknown.filter((action) => action.endsWith(':*'));
    const made = unknown.filter((action) => !action.endsWith(':*'));
    return [
      ...(any.length === 0
        ? []
        : [`${name} made calls that no catalog knows: any call of ${listed(any)} that has no name passes from now on`]),
      ...(made.length === 0 ? [] : [`${name} is said to have used what IAM does not have: ${listed(made)}`]),
    ];
  });
}
