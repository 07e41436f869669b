import type { Severity } from '../../baseline/finding.ts';
import type { PolicyRisk } from '../../baseline/policy/risk.ts';
import { counted, grouped } from '../progress.ts';
import type { FindingGroup, FunctionReport, Tally } from './data.ts';

/** How much a function needs somebody: the greater, the further up it stands. */
export function attention({ findings, policy, ready }: FunctionReport): number {
  let score = 0;
  for (const { severity, findings: told } of findings) {
    if (told.count === 0) continue;
    const { count, blocked } = told;
    // What was let through weighs more than what was refused, the first of a kind more than the hundredth
    const open = count - blocked;
    score += WEIGHT[severity] * (1 + 0.2 * Math.log10(count) + (open > 0 ? 1 : 0));
  }
  for (const [risk, count] of policy?.unusedByRisk ?? []) score += UNUSED[risk] * count;
  score += 10 * (policy?.distance ?? 0);
  if (policy !== null && policy.ungranted > 0) score += 5;
  if (ready === 'learning') score += 1;
  return score;
}

const WEIGHT: Readonly<Record<Severity, number>> = { info: 0, low: 2, medium: 10, high: 40, critical: 150 };
const UNUSED: Readonly<Record<PolicyRisk, number>> = {
  'privilege escalation': 0.05,
  secrets: 0.04,
  exfiltration: 0.03,
  'data write': 0.02,
  'data read': 0.02,
  other: 0.002,
};

/** Over all rows of a function. */
export function total(groups: readonly FindingGroup[], of: 'findings' | 'notices'): Tally {
  const sum = (part: keyof Tally) => groups.reduce((all, group) => all + group[of][part], 0);
  return { count: sum('count'), blocked: sum('blocked') };
}

/** How often something went through that block mode refuses. */
export const wouldRefuse = (outside: FunctionReport['outside']): number =>
  outside.reduce((sum, { blocked, count }) => sum + (blocked ? 0 : count), 0);

export type Level = 'act' | 'look' | 'tidy' | 'fine';

/** In a word. */
export function levelOf({ findings, policy }: FunctionReport): Level {
  if (findings.some(({ severity }) => severity === 'critical' || severity === 'high')) return 'act';
  if (findings.some(({ severity }) => severity === 'medium' || severity === 'low')) return 'look';
  // A deployment that nobody approved: what is new comes as notices, and is refused all the same
  if (total(findings, 'notices').blocked > 0) return 'look';
  return (policy?.distance ?? 0) > 0.2 ? 'tidy' : 'fine';
}

/** What to do about it, most pressing first: one sentence and, where there is one, the command. */
export interface Step {
  readonly text: string;
  readonly command: string | null;
}

/** The worst of them. */
function namesOf(groups: readonly FindingGroup[]): string {
  const things = [...new Set(groups.map(({ thing }) => thing))];
  const more = things.length - NAMED;
  return `${things.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${grouped(more)} more` : ''}`;
}
const NAMED = 2;

export function nextSteps(report: FunctionReport): Step[] {
  const { name, findings, ready, policy, outside } = report;
  const steps: Step[] = [];
  const add = (text: string, command: string | null = null) => steps.push({ text, command });
  const quoted = /^[\w-]+$/.test(name) ? name : JSON.stringify(name);
  const grave = findings.filter(({ severity }) => severity === 'critical' || severity === 'high');
  const open = grave.reduce((sum, { findings: { count, blocked } }) => sum + count - blocked, 0);
  if (open > 0) {
    add(
      `${open === 1 ? 'A serious finding was' : `${grouped(open)} serious findings were`} let through: ${namesOf(grave)}. See what happened, in order.`,
      `rolefence respond timeline ${quoted} --findings FINDINGS`,
    );
    add(
      'If it was an intrusion, stop the function and end its sessions (shown first; --apply does it).',
      `rolefence respond isolate ${quoted} && rolefence respond revoke ${quoted}`,
    );
  } else if (grave.length > 0) {
    add(
      `Serious calls were refused: ${namesOf(grave)}. Find out who made the function ask for them.`,
      `rolefence respond timeline ${quoted} --findings FINDINGS`,
    );
  }
  const refused = total(findings, 'notices').blocked;
  if (refused > 0)
    add(
      `Calls were refused that came as notices, ${counted(refused, 'time')}: a new version that is not approved? What is right belongs into the baseline.`,
      'rolefence baseline diff APPROVED LEARNED',
    );
  const told = findings.filter((group) => group.findings.count > 0);
  if (grave.length === 0 && told.length > 0)
    add(
      `Look at what was found: ${namesOf(told)}. What is right belongs into the baseline (learn and approve it), or into a rule.`,
      `rolefence respond timeline ${quoted} --findings FINDINGS`,
    );
  if (policy !== null && policy.ungranted > 0)
    add(
      `The role does not grant ${policy.ungranted === 1 ? 'one permission' : `${policy.ungranted} permissions`} that the function uses.`,
      `rolefence policy diff --role-policy FILE --baseline BASELINE --function ${quoted}`,
    );
  if (policy !== null && policy.distance > 0.2)
    add(
      `Take away what is never used: ${counted(policy.unused, 'permission')}.`,
      `rolefence policy recommend --function ${quoted} BASELINE`,
    );
  if (ready === null)
    add(
      'There is no baseline for it: let the sensor learn, and learn from its log or calls.',
      'rolefence learn --out BASELINE CALLS',
    );
  else if (report.coverage?.hindered === true)
    add(
      'Grant what it tries and AWS refuses, or take it out of the code: as it is, it can never be ready for block mode.',
      'rolefence baseline coverage BASELINE',
    );
  else if (ready === 'learning')
    add(
      told.length === 0
        ? 'Keep learning: too little has been seen to alert by.'
        : 'Keep learning, too: so little has been seen that some of what was found may be its ordinary work.',
    );
  else if (wouldRefuse(outside) > 0)
    add(
      `Not yet for block mode: it would refuse what went through ${counted(wouldRefuse(outside), 'time')} outside the scope, by notices too. What is right belongs into the baseline: learn it, and approve it.`,
      'rolefence baseline diff APPROVED LEARNED',
    );
  else if (ready === 'alert') add('Ready for alert mode; not yet for block.', 'ROLEFENCE_MODE=alert');
  else if (grave.length === 0) add('Ready for block mode.', 'ROLEFENCE_MODE=block');
  return steps;
}
