import { createHash } from 'node:crypto';
import { SEVERITIES, type Severity } from '../../../baseline/finding.ts';
import { grouped } from '../../progress.ts';
import { attention, levelOf, total } from '../attention.ts';
import type { FunctionReport, ReportData } from '../data.ts';
import { esc, moment } from './escape.ts';
import { findingChart, functionSection, LEVEL_NAMES } from './function-section.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

export interface PageOptions {
  /** State of a live report, which the page compares with the server's; null for a file. */
  readonly live: string | null;
  /** Characters at most: details are left out from the quietest function up. */
  readonly limit: number;
}

/**
 * The whole report as one HTML document. Nothing is loaded from anywhere: the content security policy forbids it. Every function has its row; its
 * details follow, the worst first, as far as the limit goes.
 */
export function page(data: ReportData, { live, limit }: PageOptions): string {
  const ranked = data.functions
    .map((report) => ({ report, score: attention(report) }))
    .sort((a, b) => b.score - a.score || (a.report.name < b.report.name ? -1 : 1))
    .map(({ report }) => report);
  const sections: string[] = [];
  const head = top(data, live);
  const above = overview(ranked);
  const around = head.length + above.length + SCRIPT.length + AROUND;
  let room = limit - around - ranked.reduce((sum, { name }) => sum + name.length * 2 + ROW_LENGTH, 0);
  for (const [i, report] of ranked.entries()) {
    const section = functionSection(report, `f${i}`, ranked.length === 1);
    room -= section.length;
    if (room < 0) break;
    sections.push(section);
  }
  const missing = ranked.length - sections.length;
  const left =
    missing === 0
      ? ''
      : `<p class="soft">Details of the ${grouped(sections.length)} functions that need it most follow; ${grouped(missing)} quieter ones have their row only (rolefence report --function NAME shows one).</p>`;
  // Of one alone its row would say what stands above and below it.
  const list =
    ranked.length === 1 && missing === 0
      ? ''
      : `<h2 id="all-h">All functions, the worst first</h2>${table(ranked, sections.length)}`;
  return `${head}<main id="main"${sections.length > MANY ? ' class="many"' : ''}>${above}${list}${left}${sections.join('\n')}</main><footer><p>Made by Rolefence, ${esc(moment(data.made))} UTC, of ${esc(data.sources.join(', '))}. Times are UTC; counts of invocations above eight are estimates.</p></footer><script>${SCRIPT}</script></body></html>\n`;
}

const ROW_LENGTH = 330;
/** Headings, what is left out, and the footer. */
const AROUND = 1_500;
/** From here on a browser draws only what is in sight. */
const MANY = 40;

function top({ functions, made }: ReportData, live: string | null): string {
  const script = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;
  const policy = `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src ${script}; base-uri 'none'; form-action 'none'${live === null ? '' : "; connect-src 'self'"}`;
  const title = functions.length === 1 ? `Rolefence report: ${functions[0]!.name}` : 'Rolefence report';
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="referrer" content="no-referrer"><link rel="icon" href="data:,"><title>${esc(title)}</title><style>${STYLE}</style></head><body${live === null ? '' : ` data-live="${esc(live)}"`}><a class="skip" href="#main">To the content</a><header class="top"><h1>${esc(title)}</h1><p class="soft">${live === null ? `State of ${esc(moment(made))} UTC` : '<span id="live" role="status">Live: the page follows the files as they grow.</span>'}</p></header>`;
}

function overview(functions: readonly FunctionReport[]): string {
  const sum = (of: (report: FunctionReport) => number) => functions.reduce((all, report) => all + of(report), 0);
  const findings = sum((one) => total(one.findings, 'findings').count);
  const blocked = sum((one) => total(one.findings, 'findings').blocked + total(one.findings, 'notices').blocked);
  const notices = sum((one) => total(one.findings, 'notices').count);
  const acting = functions.filter((one) => levelOf(one) === 'act').length;
  const policies = functions.filter(({ policy }) => policy !== null);
  const tiles: [string, string][] = [[grouped(functions.length), functions.length === 1 ? 'function' : 'functions']];
  tiles.push([grouped(acting), acting === 1 ? 'needs somebody now' : 'need somebody now']);
  tiles.push([grouped(findings), findings === 1 ? 'finding' : 'findings'], [grouped(blocked), 'blocked']);
  if (notices > 0) tiles.push([grouped(notices), notices === 1 ? 'notice' : 'notices']);
  if (functions.some(({ calls }) => calls !== null))
    tiles.push([grouped(sum((one) => one.calls?.count ?? 0)), 'calls recorded']);
  if (policies.length > 0) tiles.push([grouped(sum((one) => one.policy?.unused ?? 0)), 'permissions never used']);
  const ready = functions.filter(({ ready: mode }) => mode === 'block').length;
  if (functions.some(({ ready: mode }) => mode !== null)) tiles.push([grouped(ready), 'ready for block mode']);
  const list = `<ul class="tiles">${tiles.map(([value, name]) => `<li><b>${value}</b> ${name}</li>`).join('')}</ul>`;
  if (functions.length < 2 || findings + notices === 0) return list;
  return `${list}<section class="card" aria-labelledby="time-h"><h2 id="time-h">Findings over time</h2>${findingChart('Findings of all functions', together(functions))}</section>`;
}

function together(functions: readonly FunctionReport[]): Map<string, Record<Severity, number>> {
  const all = new Map<string, Record<Severity, number>>();
  for (const { findingsByTime } of functions) {
    for (const [hour, counts] of findingsByTime) {
      const at = all.get(hour) ?? { info: 0, low: 0, medium: 0, high: 0, critical: 0 };
      all.set(hour, at);
      for (const severity of SEVERITIES) at[severity] += counts[severity];
    }
  }
  return all;
}

const READY = ['learning', 'alert', 'block'] as const;
const ORDER = ['fine', 'tidy', 'look', 'act'] as const;

function table(functions: readonly FunctionReport[], detailed: number): string {
  const rows = functions.map((report, i) => {
    const level = levelOf(report);
    const findings = total(report.findings, 'findings');
    const name = i < detailed ? `<a href="#f${i}">${esc(report.name)}</a>` : esc(report.name);
    const { ready, policy, calls } = report;
    const notices = total(report.findings, 'notices');
    return `<tr><td class="name">${name}</td><td data-v="${ORDER.indexOf(level)}"><span class="badge ${level}">${LEVEL_NAMES[level]}</span></td>${number(findings.count)}${number(findings.blocked + notices.blocked)}${number(notices.count || null)}${number(calls?.count ?? null)}${number(policy?.unused ?? null)}<td data-v="${ready === null ? -1 : READY.indexOf(ready)}">${ready ?? '–'}</td></tr>`;
  });
  return `<div class="filter" hidden><label for="filter">Filter by name</label><input id="filter" type="search" autocomplete="off"><span id="told" class="soft small" role="status"></span></div><div class="scroll" role="group" tabindex="0" aria-labelledby="all-h"><table id="all" class="cards"><thead><tr><th scope="col">Function</th><th scope="col">State</th><th scope="col" class="n">Findings</th><th scope="col" class="n">Blocked</th><th scope="col" class="n">Notices</th><th scope="col" class="n">Calls</th><th scope="col" class="n">Unused permissions</th><th scope="col">Ready for</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

const number = (value: number | null): string =>
  `<td class="n" data-v="${value ?? -1}">${value === null ? '–' : grouped(value)}</td>`;
