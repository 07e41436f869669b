import type { Finding } from '../../baseline/finding.ts';
import { nameOf } from './function-name.ts';
import { isWithinScope, type Statements, statementsOf } from './statement.ts';

/** What a person needs besides the finding itself. Pure: made of the finding alone. */
export interface Advice {
  /** The function's name without the ARN around it. */
  readonly functionName: string;
  /** One line: what happened, to whom. */
  readonly title: string;
  /** The deviation, one plain sentence. */
  readonly deviation: string;
  /** What is normal instead; null where the finding does not compare. */
  readonly normal: string | null;
  readonly statements: Statements | null;
  /** The `rolefence` command to run next. */
  readonly next: string;
}

export function adviceOn(finding: Finding): Advice {
  const functionName = nameOf(finding.function);
  const [deviation, normal] = compared(finding.reason);
  const subject = finding.action ?? finding.resource ?? finding.key;
  const what = finding.blocked ? 'blocked' : finding.detector === 'omission' ? 'left out or cut short' : 'unusual';
  return {
    functionName,
    title: `${functionName}: ${what}: ${short(subject, 120)}`,
    deviation,
    normal,
    statements: statementsOf(finding),
    next: nextCommand(finding, functionName),
  };
}

/** Detectors end their sentence with what is normal; what follows it (a note about repetition) is no part of that. The last one counts: before it stand names that somebody chose. */
const NORMAL = /^(.*); normal is ([^;]+)/s;

function compared(reason: string): [deviation: string, normal: string | null] {
  const found = NORMAL.exec(reason);
  return found === null ? [reason, null] : [found[1]!, found[2]!.trim()];
}

/** What is dangerous wants to be stopped (dry run without --apply), what was stopped to be understood, what is merely new to be read and approved. */
function nextCommand({ detector, severity, blocked }: Finding, functionName: string): string {
  const name = /^[\w-]+$/.test(functionName) ? functionName : 'FUNCTION';
  if (detector === 'sensor' || detector === 'bypass') return `rolefence doctor --function ${name}`;
  if (detector === 'rule') return 'rolefence rules test RULES';
  if (severity === 'critical') return `rolefence respond revoke ${name}`;
  // What is normal but for its order, number or time shows beside other calls, and never in what was learned
  if (blocked || severity === 'high' || isWithinScope(detector)) return `rolefence respond timeline ${name} --live`;
  return 'rolefence baseline diff APPROVED LEARNED';
}

export const short = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
