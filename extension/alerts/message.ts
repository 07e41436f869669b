import type { Finding } from '../../baseline/finding.ts';
import { thingOf } from '../../baseline/thing.ts';
import { type Advice, adviceOn, short } from './advice.ts';
import { technique } from './attack.ts';
import type { Batch } from './delivery.ts';
import type { Notice } from './ledger.ts';

/** The text for people: what arrives as a mail. */
export interface Message {
  /** At most 100 ASCII characters, as SNS wants it. */
  readonly subject: string;
  readonly text: string;
}

const SHOWN_IN_FULL = 3;

export function messageFor({ notices, omitted }: Batch): Message {
  const worst = notices[0];
  const more = notices.length - 1 + Object.keys(omitted).length;
  const subject =
    worst === undefined
      ? 'Rolefence: more findings'
      : `Rolefence ${worst.finding.severity}: ${adviceOn(worst.finding).title}${more > 0 ? ` (+${more})` : ''}`;
  const parts = notices.slice(0, SHOWN_IN_FULL).map(inFull);
  const others = notices.slice(SHOWN_IN_FULL);
  if (others.length > 0) parts.push(['Also:', ...others.map(inBrief)].join('\n'));
  const left = Object.entries(omitted).map(([severity, count]) => `${count} of severity ${severity}`);
  if (left.length > 0) parts.push(`And further findings, named in the function's log: ${left.join(', ')}.`);
  return { subject: ascii(subject, 100), text: `${parts.join('\n\n')}\n` };
}

function inFull({ finding, count }: Notice): string {
  const advice = adviceOn(finding);
  const rows: [string, string | null][] = [
    ['function', `${advice.functionName}${finding.version === null ? '' : `, version ${finding.version}`}`],
    ['what', finding.action],
    ['on', finding.resource],
    ['normal is', advice.normal],
    ['severity', `${finding.severity} (${finding.detector}, ${Math.round(finding.score * 100)} % sure)`],
    ['ATT&CK', finding.techniques.map(named).join('; ') || null],
    ['when', `${finding.time ?? 'now'}${count > 1 ? `, ${count} times` : ''}`],
    ['told', finding.toldAt ?? null],
    ['call', finding.callId],
    ['invocation', finding.invocation],
  ];
  const table = rows.filter(([, value]) => value !== null).map(([name, value]) => `  ${name.padEnd(12)}${value}`);
  return [
    headline(finding),
    `${advice.deviation}.`,
    '',
    ...table,
    ...statements(advice),
    '',
    `  next        ${advice.next}`,
  ].join('\n');
}

function headline(finding: Finding): string {
  const done = finding.blocked ? 'BLOCKED: the call did not leave the function.' : 'The call went through.';
  return finding.scope === 'function' || finding.detector === 'omission' ? '' : done;
}

function statements({ statements }: Advice): string[] {
  if (statements === null) return [];
  return [
    '',
    `  to allow it   ${JSON.stringify(statements.allow)}`,
    `  to forbid it  ${JSON.stringify(statements.forbid)}`,
  ];
}

const inBrief = ({ finding, count }: Notice): string =>
  `  ${finding.severity.padEnd(9)}${finding.blocked ? 'blocked  ' : ''}${short(thingOf(finding), 160)}${count > 1 ? `  (${count} times)` : ''}`;

const named = (uid: string): string => [uid, technique(uid)?.name].filter((part) => part !== undefined).join(' ');

const ascii = (text: string, length: number): string =>
  short(text.replace(/[^\x20-\x7e]/g, '?'), length).replace('…', '.');
