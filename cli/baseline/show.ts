import { Schedule } from '../../baseline/detect/schedule.ts';
import type {
  ActionBaseline,
  BaselineDocument,
  Evidence,
  EvidenceMap,
  FunctionBaseline,
  Size,
} from '../../baseline/model/document.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import { FunctionModel } from '../../baseline/model/function-model.ts';
import { sizeText } from '../../baseline/names/size-text.ts';
import { own } from '../../baseline/own.ts';
import { coverage, coverageSentence, type FunctionCoverage } from '../../baseline/review/coverage.ts';
import { leewayOf, leewayText } from '../../baseline/review/leeway.ts';
import { FIXED, hanging } from '../layout.ts';
import { counted, grouped } from '../progress.ts';
import { type Style, visible } from '../style.ts';
import { anyOther, judged } from './judged.ts';

/** A baseline for a person: what each function does, on what, how often. */
export function showBaseline(document: BaselineDocument, style: Style, width: number): string {
  const ready = new Map(coverage(document).functions.map((one) => [one.function, one]));
  const parts = Object.entries(document.functions).map(([name, baseline]) =>
    showFunction(visible(name), baseline, ready.get(name)!, style, width).join('\n'),
  );
  return parts.length === 0 ? 'No function is in it.\n' : `${parts.join('\n\n')}\n`;
}

function showFunction(
  name: string,
  baseline: FunctionBaseline,
  ready: FunctionCoverage,
  style: Style,
  width: number,
): string[] {
  const invocations = countOf(baseline.invocations);
  const usual = inAll(baseline);
  const model = FunctionModel.from(baseline);
  const lines = [style.bold(name)];
  lines.push(...hanging('  ', facts([period(baseline, invocations), ...whose(baseline, usual)]), width, style.dim));

  for (const [name, learned] of Object.entries(baseline.actions)) {
    const action = visible(name);
    const told = factsOf(learned, invocations, usual);
    const fits = action.length + told.length + 4 <= width;
    lines.push('', `  ${style.cyan(action)}${fits ? `  ${style.dim(told.replaceAll(FIXED, ' '))}` : ''}`);
    if (!fits) lines.push(...hanging('      ', told, width, style.dim));
    for (const { resource, templates } of judged(learned.resources, model.actions.peek(name))) {
      const note =
        templates[0] === resource ? rarity(learned.resources[resource]!, invocations) : anyOther(templates.length);
      lines.push(...hanging('      ', visible(note === '' ? resource : `${resource}  (${note})`), width));
    }
  }
  const hosts = Object.entries(baseline.egress);
  if (hosts.length > 0) lines.push('', '  connections to other hosts');
  for (const [name, egress] of hosts) {
    const host = visible(name);
    const told = facts([share(countOf(egress.invocations), invocations), ...sizes(egress.size)]);
    const fits = host.length + told.length + 8 <= width;
    lines.push(`      ${host}${fits ? `  ${style.dim(told.replaceAll(FIXED, ' '))}` : ''}`);
    if (!fits) lines.push(...hanging('        ', told, width, style.dim));
  }
  const leeway = leewayOf(baseline);
  if (leeway.length > 0) lines.push('', '  what few days brought, and detectors may take for normal');
  for (const one of leeway)
    lines.push(...hanging('      ', visible(leewayText(one)), width, style.yellow, `    ${style.yellow('!')} `));
  lines.push('');
  const colour = ready.blockReady ? style.green : ready.alertReady ? style.yellow : style.dim;
  // Its ARN stands above
  lines.push(...hanging('  ', coverageSentence({ ...ready, function: functionName(name) }), width, colour));
  return lines;
}

/** Broken between facts only. */
const facts = (parts: readonly string[]): string => parts.map((part) => part.replace(/ /g, FIXED)).join(`${FIXED}· `);

/** What all actions have in common is said once. */
interface Usual {
  readonly regions: string;
  readonly credentials: string;
}

function inAll(baseline: FunctionBaseline): Usual {
  const same = (one: (action: ActionBaseline) => string): string => {
    const found = new Set(Object.values(baseline.actions).map(one));
    return found.size === 1 ? [...found][0]! : '';
  };
  return { regions: same(regionsOf), credentials: same(credentialsOf) };
}

const regionsOf = ({ regions }: ActionBaseline): string =>
  names(regions, (region) => (region === 'none' ? 'no region' : region));

const credentialsOf = ({ credentials }: ActionBaseline): string =>
  names(credentials, (one) => own(KEYS, one) ?? `key ${one}`);

export function period({ from, to }: Pick<FunctionBaseline, 'from' | 'to'>, invocations: number): string {
  if (invocations === 0) return 'nothing observed';
  const days = [from, to].map((time) => time?.slice(0, 10) ?? null);
  const when = days[0] === null ? '' : days[0] === days[1] ? ` on ${days[0]}` : ` from ${days[0]} to ${days[1]}`;
  return `${invocations > EXACT ? 'about ' : ''}${counted(invocations, 'invocation')}${when}`;
}

function* whose(baseline: FunctionBaseline, usual: Usual): Generator<string> {
  const { versions, accounts } = baseline;
  const schedule = Schedule.of(baseline);
  if (schedule !== null) yield `runs from ${schedule} UTC only`;
  const named = Object.keys(versions);
  if (named.length > 0) yield `version${named.length > 1 ? 's' : ''} ${named.join(', ')}`;
  const ids = Object.keys(accounts);
  if (ids.length > 0) yield `account${ids.length > 1 ? 's' : ''} ${ids.join(', ')}`;
  if (usual.regions !== '') yield usual.regions;
  if (usual.credentials !== '') yield usual.credentials;
}

function factsOf(learned: ActionBaseline, invocations: number, usual: Usual): string {
  const told = [share(countOf(learned.invocations), invocations)];
  const regions = regionsOf(learned);
  if (regions !== usual.regions) told.push(regions);
  const credentials = credentialsOf(learned);
  if (credentials !== usual.credentials) told.push(credentials);
  told.push(...sizes(learned.size));
  const errors = names(learned.errors);
  if (errors !== '') told.push(`answers with ${errors}`);
  return facts(told.filter((fact) => fact !== ''));
}

const KEYS: Readonly<Record<string, string>> = {
  own: 'own key',
  issued: 'a key issued here',
  unknown: 'a key of unknown origin',
};

/** The largest of each; a document written by hand has none. */
function* sizes(size: Size): Generator<string> {
  const calls = size.calls[0] ?? 0;
  if (calls > 1) yield `up to ${grouped(calls)} calls`;
  const out = size.bytesOut[0] ?? 0;
  const back = size.bytesIn[0] ?? 0;
  if (out > 0 || back > 0) yield `≤ ${sizeText(out)} out, ${sizeText(back)} in`;
  const items = size.items[0] ?? 0;
  if (items > 1) yield `≤ ${grouped(items)} items`;
}

const share = (count: number, of: number): string => {
  if (count === 0) return 'approved by hand';
  if (count >= of) return 'every invocation';
  const percent = (100 * count) / of;
  return count <= EXACT
    ? counted(count, 'invocation')
    : `${percent < 1 ? '<1' : Math.min(99, Math.round(percent))} % of invocations`;
};

/** Counts are exact up to here, estimates above (`Evidence`). */
const EXACT = 8;

/** What is worth saying beside one of several resources. */
function rarity(evidence: Evidence, invocations: number): string {
  const count = countOf(evidence);
  if (count === 0) return 'by hand';
  return count <= 2 && invocations > 2 * count ? `in ${counted(count, 'invocation')} only` : '';
}

export const countOf = (evidence: Evidence): number => (typeof evidence === 'number' ? evidence : evidence[0]);

const names = (map: EvidenceMap, say: (name: string) => string = (name) => name): string =>
  Object.keys(map).map(say).join(', ');
