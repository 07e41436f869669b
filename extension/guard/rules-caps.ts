import type { Call } from '../../baseline/call.ts';
import { holds, type Rule, touches } from './rules.ts';

/** How often each cap has been used in this environment: the only thing about rules that has a memory. One number a rule. */
export interface Caps {
  /** The caps that one more such call would exceed. Changes nothing. */
  exceededBy(call: Call): readonly Rule[];
  /** The call has been let through. */
  count(call: Call): void;
}

const NONE: readonly Rule[] = [];
const LENGTH = { minute: 60_000, hour: 3_600_000 } as const;

export function createCaps(rules: readonly Rule[]): Caps {
  const caps = rules.filter((rule) => rule.effect.kind === 'cap');
  const used = new Map<Rule, { period: string; calls: number }>();
  if (caps.length === 0) return { exceededBy: () => NONE, count() {} };
  const calls = (rule: Rule, period: string): number => {
    const known = used.get(rule);
    return known?.period === period ? known.calls : 0;
  };
  return {
    exceededBy: (call) =>
      caps.filter(
        (rule) =>
          rule.effect.kind === 'cap' &&
          holds(rule, call) &&
          touches(rule, call) &&
          calls(rule, periodOf(rule, call)) >= rule.effect.calls,
      ),
    count(call) {
      for (const rule of caps) {
        if (!holds(rule, call) || !touches(rule, call)) continue;
        const period = periodOf(rule, call);
        used.set(rule, { period, calls: calls(rule, period) + 1 });
      }
    },
  };
}

/** Clock minutes and hours by the time of the call; calls without a time, or outside an invocation, share one period. */
function periodOf(rule: Rule, call: Call): string {
  const per = rule.effect.kind === 'cap' ? rule.effect.per : 'invocation';
  if (per === 'invocation') return call.invocation ?? '';
  return call.time === null ? '' : `${Math.floor(Date.parse(call.time) / LENGTH[per])}`;
}
