import { ENOUGH_FOR_ORDER } from '../detect/order.ts';
import type { FunctionModel } from '../model/function-model.ts';

/** What the detectors of order and company go by, one sentence, as `knownHours`. */
export function knownOrder({ invocations, follows, knowsSeveral, knowsRepeats }: FunctionModel): string {
  const seen = invocations.count();
  if (seen < ENOUGH_FOR_ORDER)
    return `neither the order of its calls nor a second tenant in one invocation is told: that takes ${ENOUGH_FOR_ORDER} invocations, and ${seen === 0 ? 'none was' : `${seen} were`} seen`;
  const untold = [
    ...([...follows.entries()].every(([, next]) => next.size === 0) ? ['an odd order of its calls'] : []),
    ...(knowsSeveral ? [] : ['a second tenant in one invocation']),
    ...(knowsRepeats ? [] : ['another tenant than an invocation is about']),
  ];
  return untold.length === 0
    ? 'where its invocations keep to an order of calls, or to one tenant, what departs from it is told'
    : `not told is ${untold.join(', nor ')}: a part of it was learned without`;
}
