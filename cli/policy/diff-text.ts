import type { PolicyDiff } from '../../baseline/policy/diff.ts';
import type { Replay } from '../../baseline/policy/replay.ts';
import { type PolicyRisk, RISKS } from '../../baseline/policy/risk.ts';
import { counted, grouped } from '../progress.ts';
import { legible, type Style } from '../style.ts';
import { columns, wrapped } from './columns.ts';
import { deniedLines } from './denied-text.ts';

/** For a person: what to take away, what is missing, what would have broken. */
export function diffText(compared: PolicyDiff, replay: Replay | null, style: Style, width: number): string {
  const diff = legible(compared);
  const lines: string[] = [];
  const heading = (text: string) => lines.push(...(lines.length === 0 ? [] : ['']), style.bold(text));
  if (diff.unused.length > 0) {
    heading(`Granted and never used: ${counted(diff.unused.length, 'permission')}`);
    for (const risk of RISKS) {
      const own = diff.unused.filter((grant) => grant.risk === risk);
      if (own.length === 0) continue;
      lines.push(
        `  ${colour(risk, style)(`${risk} (${grouped(own.length)})`)}`,
        `    ${wrapped(actionList(own), width - 4, '    ')}`,
      );
    }
  }
  if (diff.wide.length > 0) {
    heading('Granted on more than is used');
    const rows = diff.wide.map(({ action, granted, used }) => [action, short(granted), short(used)]);
    lines.push(...columns(['ACTION', 'GRANTED ON', 'USED ON'], rows, width - 2).map((line) => `  ${line}`));
  }
  if (diff.ungranted.length > 0) {
    heading(style.red('Used and not granted'));
    for (const { action, resources } of diff.ungranted)
      lines.push(`  ${wrapped(`${action} on ${short(resources)}`, width - 4, '    ')}`);
  }
  if (replay !== null) {
    const { calls, denied } = replay;
    heading(
      denied.length === 0
        ? style.green(`This policy would have denied none of ${counted(calls, 'recorded call')}.`)
        : style.red(`This policy would have denied ${grouped(denied.length)} of ${counted(calls, 'recorded call')}:`),
    );
    lines.push(...deniedLines(denied, width));
  }
  heading(`Distance from least privilege: ${diff.distance} (0 is exact, 1 has nothing in common)`);
  return `${lines.join('\n')}\n`;
}

const SHOWN = 20;
const ACTIONS_SHOWN = 12;

/** `iam (12), lambda:UpdateFunctionCode`: a service with many is counted. */
function actionList(grants: PolicyDiff['unused']): string {
  if (grants.length <= ACTIONS_SHOWN) return grants.map(({ action }) => action).join(', ');
  const byService = new Map<string, string[]>();
  for (const { action } of grants) {
    const service = action.slice(0, action.indexOf(':'));
    byService.set(service, [...(byService.get(service) ?? []), action]);
  }
  const sorted = [...byService].sort(([, a], [, b]) => b.length - a.length);
  const shown = sorted
    .slice(0, SHOWN)
    .map(([service, actions]) => (actions.length === 1 ? actions[0]! : `${service} (${actions.length})`));
  if (sorted.length > SHOWN) shown.push(`and ${sorted.length - SHOWN} more services`);
  return shown.join(', ');
}

const short = (resources: readonly string[]): string =>
  resources.length === 1 ? resources[0]! : `${resources[0]} and ${resources.length - 1} more`;

const colour = (risk: PolicyRisk, style: Style) =>
  RISKS.indexOf(risk) < 3 ? style.red : RISKS.indexOf(risk) < 5 ? style.yellow : style.dim;
