import { resolve } from 'node:path';
import { listed } from '../../baseline/names/listed.ts';
import { columns } from '../policy/columns.ts';
import { sentence } from '../respond/change.ts';
import type { Style } from '../style.ts';
import type { Plan } from './plan.ts';

/** Names of variables, and the values that we give them; what stood there before may be a secret and is not shown. */
export function planJson(plan: Plan) {
  const { function: state, notes } = plan;
  return {
    function: state.name,
    runtime: state.runtime,
    architecture: state.architecture,
    state: plan.state,
    reason: plan.state === 'refused' ? plan.reason : null,
    notes,
    layers: plan.state === 'change' ? { before: plan.change.before.layers, after: plan.change.after.layers } : null,
    variables: plan.state === 'change' ? plan.change.after.variables : null,
  };
}

export function planText(
  plans: readonly Plan[],
  applied: boolean,
  undo: string | null,
  command: string,
  style: Style,
  width: number,
): string {
  const of = (state: Plan['state']) => plans.filter((plan) => plan.state === state).length;
  const changes = of('change');
  const others = of('refused') === 0 ? '' : `, ${of('refused')} refused`;
  const head =
    changes === 0
      ? `Nothing to do${others}${others === '' ? '.' : ':'}`
      : applied
        ? `Done, ${changes} changed${others}:`
        : `What would be done, ${changes} to change${others}:`;
  const rows = plans.map((plan) => [
    plan.function.name,
    plan.function.runtime ?? 'image',
    plan.function.architecture,
    applied && plan.state === 'change' ? 'changed' : plan.state,
    whatOf(plan, command),
  ]);
  const lines = [style.bold(head)];
  if (rows.length > 0)
    lines.push(
      ...columns(['function', 'runtime', 'architecture', 'state', 'what'], rows, width).map((line) => `  ${line}`),
    );
  const notes = notesOf(plans).map(([note, names]) => style.yellow(`${listed(names)}: ${note}`));
  if (notes.length > 0) lines.push('', ...notes);
  if (undo !== null) lines.push('', `To take it back: rolefence detach --from ${resolve(undo)} --apply`);
  else if (changes > 0) lines.push('', `Nothing was changed. Add --apply to ${command}.`);
  return `${lines.join('\n')}\n`;
}

/** Each note once, with the functions that it is of. */
function notesOf(plans: readonly Plan[]): [note: string, names: string[]][] {
  const functions = new Map<string, string[]>();
  for (const { function: state, notes } of plans)
    for (const note of notes) functions.set(note, [...(functions.get(note) ?? []), state.name]);
  return [...functions];
}

function whatOf(plan: Plan, command: string): string {
  if (plan.state === 'refused') return plan.reason;
  if (plan.state === 'unchanged') return command === 'detach' ? 'nothing of ours is in it' : 'it is so already';
  return sentence(plan.change).replace(/^function [^:]*: /, '');
}
