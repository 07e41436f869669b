import type { BaselineDocument } from '../../baseline/model/document.ts';
import { own } from '../../baseline/own.ts';
import { ANY_HOUR, type BaselineChange, factKey } from '../../baseline/review/diff.ts';
import { type Leeway, leewayOf, leewayText } from '../../baseline/review/leeway.ts';
import type { ToldChange } from '../../baseline/store/novelty.ts';
import { hanging } from '../layout.ts';
import { counted } from '../progress.ts';
import type { Style } from '../style.ts';
import { anyOther } from './judged.ts';

/** Changes for a person, function by function, `+` for what is newly allowed, `!` where somebody should look twice. */
export function showChanges(changes: readonly ToldChange[], style: Style, width: number): string {
  const lines: string[] = [];
  const names = [...new Set(changes.map((change) => change.function))];
  const indent = names.some((name) => name !== '') ? '  ' : '';
  for (const name of names) {
    if (lines.length > 0) lines.push('');
    lines.push(style.bold(name));
    for (const alike of byKind(grouped(changes.filter((one) => one.function === name)))) {
      const change = alike[0]!;
      const sign = change.change === 'added' ? '+' : '-';
      const paint = change.change === 'added' ? style.green : style.red;
      lines.push(
        ...hanging(`${indent}${sign} `, words(change, alike.length), width, paint, `${indent}${paint(sign)} `),
      );
      const reason = standsOut(alike);
      if (reason === null) continue;
      lines.push(...hanging(`${indent}  ! `, reason, width, style.yellow, `${indent}  ${style.yellow('!')} `));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What one function's evidence came to hold that silences a detector: a line each, marked as what somebody should look at. Empty where nothing is new of it. */
export function showLeeway(leeway: readonly ToldLeeway[], style: Style, width: number): string {
  return leeway
    .flatMap(({ function: name, ...one }) => {
      const lead = name === '' ? '' : `${name}: `;
      return hanging('! ', `${lead}${leewayText(one)}`, width, style.yellow, `${style.yellow('!')} `);
    })
    .map((line) => `${line}\n`)
    .join('');
}

export interface ToldLeeway extends Leeway {
  readonly function: string;
}

/** What the newer document has of it and the older has not. */
export function newLeeway(older: BaselineDocument, newer: BaselineDocument): ToldLeeway[] {
  return Object.entries(newer.functions).flatMap(([name, baseline]) => {
    const before = own(older.functions, name);
    const known = new Set(before === undefined ? [] : leewayOf(before).map((one) => JSON.stringify(one)));
    return leewayOf(baseline)
      .filter((one) => !known.has(JSON.stringify(one)))
      .map((one) => ({ function: name, ...one }));
  });
}

/** By action: the action itself first, then what it is called on and with. */
function grouped(changes: readonly ToldChange[]): ToldChange[] {
  const order = ['version', 'schedule', 'account', 'egress', 'action', 'resource', 'region', 'credential'];
  const rank = (change: BaselineChange) => order.indexOf(change.facet);
  return [...changes].sort(
    (a, b) => (a.action ?? '').localeCompare(b.action ?? '', 'en') || rank(a) - rank(b) || (a.value < b.value ? -1 : 1),
  );
}

/** What comes with the same kind is one line: with one of them all are allowed. */
function byKind(changes: readonly ToldChange[]): ToldChange[][] {
  const found = new Map<string, ToldChange[]>();
  for (const change of changes) {
    const key = factKey(change.kind === null ? change : { ...change, value: change.kind }) + change.change;
    found.set(key, [...(found.get(key) ?? []), change]);
  }
  return [...found.values()];
}

/** Why to look twice; of some of several, why at the first of them. */
function standsOut(alike: readonly ToldChange[]): string | null {
  const reasons = alike.flatMap(({ novelty }) => novelty?.standsOut ?? []);
  const [first] = reasons;
  if (first === undefined) return null;
  if (reasons.length === alike.length && reasons.every((one) => one === first)) return first;
  return `${reasons.length} of these ${alike.length} stand out: ${first}${reasons.length === 1 ? '' : ', and others alike'}`;
}

function words({ facet, action, value, kind }: ToldChange, seen: number): string {
  switch (facet) {
    case 'action':
      return value;
    case 'resource':
      return `${action} on ${kind === null ? value : `${kind} (${anyOther(seen)})`}`;
    case 'region':
      return value === 'none' ? `${action} without a region` : `${action} in ${value}`;
    case 'credential':
      return `${action} with ${own(CREDENTIALS, value) ?? `key ${value}`}`;
    case 'account':
      return `account ${value}`;
    case 'egress':
      return `connections to ${value}`;
    case 'schedule':
      return value === ANY_HOUR ? 'runs at any hour' : `runs from ${value} UTC only`;
    case 'version':
      return `version ${value}`;
    default:
      return value;
  }
}

const CREDENTIALS: Readonly<Record<string, string>> = {
  own: 'its own key',
  issued: 'a key issued by AssumeRole',
  unknown: 'a key of unknown origin',
};

/** What `approve` warns of; null where nothing stands out. */
export function warningOf(changes: readonly ToldChange[]): string | null {
  const count = changes.filter(({ novelty }) => novelty?.standsOut != null).length;
  if (count === 0) return null;
  return `${counted(count, 'new thing')} ${count === 1 ? 'comes' : 'come'} from few environments or one burst (marked !): what an intruder did while the function was learned looks like this`;
}
