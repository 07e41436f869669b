import { isOurLayer } from '../attach/plan.ts';
import type { Account } from './account.ts';
import type { UndoFile } from './undo.ts';

/** Settings of ours in functions that an undo of attach leaves without our layer: somebody has added them since, or they were there before. A sentence for each function. */
export async function leftBehind(account: Pick<Account, 'target'>, undo: UndoFile): Promise<string[]> {
  if (undo.command !== 'attach') return [];
  const left: string[] = [];
  for (const change of undo.changes) {
    if (change.kind !== 'configuration' || change.before.layers.some((one) => isOurLayer(one))) continue;
    const { function: name, state } = await account.target(change.function);
    const own = Object.keys(state.variables).filter(
      (variable) => variable.startsWith('ROLEFENCE_') && !Object.hasOwn(change.before.variables, variable),
    );
    if (own.length > 0)
      left.push(
        `function ${name} keeps ${own.sort().join(', ')}, of which this file says nothing: rolefence detach ${name} takes them out`,
      );
  }
  return left;
}
