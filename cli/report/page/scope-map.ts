import { grouped } from '../../progress.ts';
import type { FunctionReport } from '../data.ts';
import { esc, middle, shortArn } from './escape.ts';

/**
 * The scope as a picture: actions on the left, what they touch on the right. Solid lines were used, dashed ones are granted and never used, red ones
 * were refused, amber ones were outside the scope and went through. Shape and words say it too, not only colour.
 */
export function scopeMap(report: FunctionReport): string {
  const links = linksOf(report);
  if (links.length === 0) return '';
  const left = column(links.map(({ action }) => action));
  const right = column(links.map(({ resource }) => resource));
  const names = new Map([...left.keys()].map((name) => [name, middle(name, 36)]));
  const things = new Map([...right.keys()].map((arn) => [arn, middle(labelOf(arn, right), 44)]));
  const from = widthOf(['Actions', ...names.values()]);
  const to = from + GAP;
  const width = to + widthOf(['Resources', ...things.values()]);
  const rows = Math.max(left.size, right.size);
  const height = rows * ROW + 34;
  const y = (index: number, size: number) => round(30 + ((rows - size) * ROW) / 2 + index * ROW + ROW / 2);
  const parts: string[] = [
    `<text class="head" x="${from}" y="14" text-anchor="end">Actions</text><text class="head" x="${to}" y="14">Resources</text>`,
  ];
  for (const { action, resource, kind, count } of links) {
    const [high, low] = [y(left.get(action)!, left.size), y(right.get(resource)!, right.size)];
    const stroke = kind === 'used' ? round(1 + Math.min(4, Math.log10(1 + count))) : kind === 'unused' ? 1.5 : 2.5;
    parts.push(
      `<path class="link ${kind}" stroke-width="${stroke}" d="M${from + 8} ${high}C${from + GAP / 2} ${high} ${to - GAP / 2} ${low} ${to - 8} ${low}"><title>${esc(`${action} on ${resource}: ${TOLD[kind](count)}`)}</title></path>`,
    );
  }
  const kindOf = (name: string, key: 'action' | 'resource') => links.find((link) => link[key] === name)!.kind;
  for (const [name, i] of left)
    parts.push(node(from, y(i, left.size), kindOf(name, 'action'), names.get(name)!, 'end'));
  for (const [name, i] of right)
    parts.push(node(to, y(i, right.size), kindOf(name, 'resource'), things.get(name)!, 'start'));
  const count = (kind: Kind) => links.filter((link) => link.kind === kind).length;
  const label = `Scope of ${report.name}: ${count('used')} used, ${count('blocked')} blocked, ${count('let-through')} outside the scope and let through, ${count('unused')} groups granted and never used. The table below has the same.`;
  return `<div class="scroll picture" role="group" tabindex="0" aria-label="${esc(`Scope map of ${report.name}`)}"><svg class="map" viewBox="0 0 ${width} ${height}" style="max-width:${Math.round(width * LARGEST)}px;min-width:${Math.round(width * SMALLEST)}px" role="img" aria-label="${esc(label)}">${parts.join('')}</svg></div>
${legendOf(links)}
<details class="as-table"><summary>The map as a table</summary><div class="scroll" role="group" tabindex="0" aria-label="${esc(`Scope of ${report.name} as a table`)}"><table class="cards"><thead><tr><th scope="col">Action</th><th scope="col">Resource</th><th scope="col">What</th></tr></thead><tbody>${links
    .map(
      ({ action, resource, kind, count: times }) =>
        `<tr class="${kind}"><td>${esc(action)}</td><td class="arn">${esc(resource)}</td><td>${esc(TOLD[kind](times))}</td></tr>`,
    )
    .join('')}</tbody></table></div></details>`;
}

/** The short name, with its region where two would be called the same. */
function labelOf(arn: string, all: ReadonlyMap<string, number>): string {
  const short = shortArn(arn);
  const same = [...all.keys()].filter((other) => shortArn(other) === short).length;
  const [, , , region, account] = arn.split(':');
  return same > 1 ? `${short} (${region || account || arn})` : short;
}

type Kind = 'used' | 'unused' | 'blocked' | 'let-through';

interface Link {
  readonly action: string;
  readonly resource: string;
  readonly kind: Kind;
  readonly count: number;
}

const TOLD: Readonly<Record<Kind, (count: number) => string>> = {
  used: (count) =>
    count === 0
      ? 'normal, never observed'
      : `used in ${count > 8 ? 'about ' : ''}${grouped(count)} ${count === 1 ? 'invocation' : 'invocations'}`,
  unused: (count) => (count > 1 ? `${grouped(count)} actions granted, never used` : 'granted, never used'),
  blocked: (count) => `refused ${count === 1 ? 'once' : `${grouped(count)} times`}`,
  'let-through': (count) => `outside the scope, let through ${count === 1 ? 'once' : `${grouped(count)} times`}`,
};

const NAMES: Readonly<Record<Kind, string>> = {
  used: 'used',
  blocked: 'blocked',
  'let-through': 'outside the scope, let through',
  unused: 'granted, never used',
};

const MOST_USED = 16;
const MOST_OUTSIDE = 8;
const MOST_UNUSED = 6;

function linksOf({ scope, outside, policy }: FunctionReport): Link[] {
  const used = (scope?.uses ?? [])
    .filter(({ implied }) => implied !== true)
    .map(
      ({ action, arn, evidence }): Link => ({
        action,
        resource: arn,
        kind: 'used',
        count: evidence.reduce((sum, { invocations }) => sum + invocations, 0),
      }),
    );
  const refused = outside.map(
    ({ action, resource, blocked, count }): Link => ({
      action,
      resource,
      kind: blocked ? 'blocked' : 'let-through',
      count,
    }),
  );
  const byService = new Map<string, Link & { readonly risk: string }>();
  for (const { action, resources, risk } of policy?.diff().unused ?? []) {
    const service = action.slice(0, action.indexOf(':'));
    const resource =
      resources.length === 1 ? resources[0]! : `${shortArn(resources[0]!)} and ${resources.length - 1} more`;
    const known = byService.get(service);
    byService.set(service, {
      action: `${service}: ${grouped((known?.count ?? 0) + 1)} unused`,
      resource: known?.resource ?? resource,
      kind: 'unused',
      count: (known?.count ?? 0) + 1,
      risk,
    });
  }
  const unused = [...byService.values()].map(({ risk: _, ...link }) => link);
  unused.sort((a, b) => b.count - a.count);
  const byCount = [...used].sort((a, b) => b.count - a.count);
  return [
    ...cut(refused, MOST_OUTSIDE, (rest) => ({
      action: `${rest.length} more`,
      resource: 'outside the scope',
      kind: rest[0]!.kind,
      count: total(rest),
    })),
    ...cut(byCount, MOST_USED, (rest) => ({
      action: `${rest.length} more uses`,
      resource: `${new Set(rest.map(({ resource }) => resource)).size} more resources`,
      kind: 'used',
      count: total(rest),
    })),
    ...cut(unused, MOST_UNUSED, (rest) => ({
      action: `${rest.length} more services unused`,
      resource: rest[0]!.resource,
      kind: 'unused',
      count: total(rest),
    })),
  ];
}

const total = (links: readonly Link[]): number => links.reduce((sum, { count }) => sum + count, 0);

function cut(links: readonly Link[], most: number, rest: (links: readonly Link[]) => Link): readonly Link[] {
  return links.length <= most ? links : [...links.slice(0, most - 1), rest(links.slice(most - 1))];
}

/** Between the two columns, for the lines. */
const GAP = 220;
const ROW = 26;
/** Of one letter at 12 px, in the mean, in the widest of the system's fonts: what does not fit is cut off. */
const LETTER = 7.6;
/** As large as it is drawn on a wide screen, and as small as it is still read. */
const [LARGEST, SMALLEST] = [1.25, 0.95];

const widthOf = (names: Iterable<string>): number =>
  12 + Math.ceil(LETTER * Math.max(...[...names].map((name) => name.length)));

/** Name → place in the column, each once, in order of the links. */
const column = (names: readonly string[]): Map<string, number> =>
  new Map([...new Set(names)].map((name, i) => [name, i]));

function node(x: number, y: number, kind: Kind, text: string, anchor: 'start' | 'end'): string {
  const at = round(y);
  const shape =
    kind === 'blocked'
      ? `<path class="node ${kind}" d="M${x - 4} ${at - 4}l8 8m0 -8l-8 8"/>`
      : kind === 'let-through'
        ? `<path class="node ${kind}" d="M${x} ${at - 5}l5 9h-10z"/>`
        : `<circle class="node ${kind}" cx="${x}" cy="${at}" r="4"/>`;
  return `${shape}<text x="${anchor === 'end' ? x - 12 : x + 12}" y="${at + 4}" text-anchor="${anchor}">${esc(text)}</text>`;
}

const legendOf = (links: readonly Link[]): string =>
  `<ul class="legend">${(Object.keys(NAMES) as Kind[])
    .filter((kind) => links.some((link) => link.kind === kind))
    .map(
      (kind) =>
        `<li><svg width="28" height="12" aria-hidden="true"><path class="link ${kind}" stroke-width="3" d="M1 6H27"/></svg>${esc(NAMES[kind])}</li>`,
    )
    .join('')}</ul>`;

const round = (value: number): number => Math.round(value * 10) / 10;
