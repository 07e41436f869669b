import { applyRule } from '../access.ts';
import { object, type Tree } from '../body/tree.ts';
import type { Binder } from '../reading.ts';

/** A schedule whose group is not named is in the group `default`. */
export const scheduler: Binder = {
  wants: () => undefined,
  name(operation, reading) {
    if (!/Schedule$/.test(operation)) return undefined;
    const body = Object.assign(object(), reading.body) as { [key: string]: Tree };
    body.GroupName ??= 'default';
    const named = reading.parameters.some(([name, value]) => name === 'groupName' && value !== '');
    const parameters = named ? reading.parameters : [...reading.parameters, ['groupName', 'default'] as const];
    return applyRule(reading.operation.access(), { ...reading, body, parameters });
  },
};
