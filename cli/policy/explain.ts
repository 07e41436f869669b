import type { LeftOut } from '../../baseline/policy/usage.ts';
import { hanging } from '../layout.ts';
import { counted } from '../progress.ts';
import { legible } from '../style.ts';
import type { Recommended } from './recommend.ts';

/** Every statement with what it rests on. */
export function explain(policies: readonly Recommended[], width: number): string {
  const lines: string[] = [];
  /** `label` stands before the first of them. */
  const list = (label: string, texts: readonly string[]) => {
    for (const [i, text] of texts.entries())
      lines.push(...hanging(`    ${(i === 0 ? label : '').padEnd(COLUMN)}`, text, width));
  };
  let name = '';
  for (const policy of legible(policies)) {
    if (policy.function !== name) lines.push(...(name === '' ? [] : ['']), policy.function);
    name = policy.function;
    for (const { sid, actions, resources, condition, evidence, because } of policy.statements) {
      lines.push('', `  ${sid}`);
      list('allows', [actions.join(', ')]);
      list('on', resources);
      for (const [operator, keys] of Object.entries(condition ?? {}))
        for (const [key, values] of Object.entries(keys))
          list('where', [`${key} ${operator} ${[values].flat().join(', ')}`]);
      if (because !== null) list('because', [because]);
      const shared = policy.function.includes(', ');
      const shown = evidence
        .slice(0, SHOWN)
        .map((one) => `${one.action} ${one.template}${shared ? ` by ${one.function}` : ''}: ${seen(one.invocations)}`);
      if (evidence.length > SHOWN) shown.push(`and ${evidence.length - SHOWN} more resources`);
      list('seen', shown);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Of the labels: room for `because`. */
const COLUMN = 8;
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
