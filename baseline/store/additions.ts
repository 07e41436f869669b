import type { ActionBaseline, FunctionBaseline } from '../model/document.ts';
import { ANYTHING } from '../model/order.ts';
import { AGAIN } from '../names/step.ts';

/**
 * What a slot adds, without what it says that it does not know: names that it had no room for, places that were opened for it, what may follow a step, that it does not tell of company, hours or ages of dates. In a join all of that holds for what others know too:
 * a slot of a hundred bytes could take it away from them.
 */
export function additions({
  cut,
  opened,
  actions,
  order,
  several = {},
  hours = {},
  ages = {},
  ...rest
}: FunctionBaseline): FunctionBaseline {
  const known = Object.entries(order.follows).filter(([, next]) => !Object.hasOwn(next, ANYTHING));
  return {
    ...rest,
    actions: Object.fromEntries(Object.entries(actions).map(([name, action]) => [name, uncut(action)])),
    order: { steps: order.steps, follows: { [AGAIN]: {}, ...Object.fromEntries(known) } },
    several,
    hours,
    ages,
  };
}

const uncut = ({ cut, ...rest }: ActionBaseline): ActionBaseline => rest;
