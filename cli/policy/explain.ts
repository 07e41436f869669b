import type { LeftOut } from '../../baseline/policy/usage.ts';
import { counted } from '../progress.ts';
import { legible } from '../style.ts';
import type { Recommended } from './recommend.ts';

/** Every statement with what it rests on. */
export function explain(policies: readonly Recommended[]): string {
  const lines: string[] = [];
  let name = '';
  for (const policy of legible(policies)) {
    if (policy.function !== name) lines.push(...(name === '' ? [] : ['']), policy.function);
    name = policy.function;
    for (const { sid, actions, resources, condition, evidence, because } of policy.statements) {
      lines.push(
        '',
        `  ${sid}`,
        `    allows  ${actions.join(', ')}`,
        `    on      ${resources.join('\n            ')}`,
      );
      for (const [operator, keys] of Object.entries(condition ?? {}))
        for (const [key, values] of Object.entries(keys))
          lines.push(`    where   ${key} ${operator} ${[values].flat().join(', ')}`);
      if (because !== null) lines.push(`    because ${because}`);
      const shown = evidence.slice(0, SHOWN);
      for (const [i, one] of shown.entries()) {
        const from = policy.function.includes(', ') ? ` by ${one.function}` : '';
        lines.push(
          `    ${i === 0 ? 'seen   ' : '       '} ${one.action} ${one.template}${from}: ${seen(one.invocations)}`,
        );
      }
      if (evidence.length > SHOWN) lines.push(`            and ${evidence.length - SHOWN} more resources`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const SHOWN = 20;

const seen = (invocations: number): string =>
  invocations === 0
    ? 'written by a person, never observed'
    : `in ${invocations > 8 ? 'about ' : ''}${counted(invocations, 'invocation')}`;

const WHY: Readonly<Record<LeftOut['why'], string>> = {
  unnamed: 'its requests could not be named with certainty',
  'other-credentials': 'it was only signed with keys that are not the role’s own',
  'always-denied': 'AWS has never let it through',
};

/** What the policies leave out, in a sentence each. */
export const leftOutSentences = (leftOut: readonly LeftOut[]): string[] =>
  leftOut.map(({ function: name, action, why }) => `${name}: ${action} is left out: ${WHY[why]}`);
