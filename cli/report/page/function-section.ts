import { SEVERITIES, type Severity } from '../../../baseline/finding.ts';
import { sizeText } from '../../../baseline/names/size-text.ts';
import { RISKS } from '../../../baseline/policy/risk.ts';
import { coverageSentence } from '../../../baseline/review/coverage.ts';
import { counted, grouped } from '../../progress.ts';
import { severityWord } from '../../severity-word.ts';
import { levelOf, nextSteps, wouldRefuse } from '../attention.ts';
import type { FunctionReport } from '../data.ts';
import { barChart, bucketsOf, legend, type Series } from './chart.ts';
import { esc, moment } from './escape.ts';
import { scopeMap } from './scope-map.ts';

export const LEVEL_NAMES = { act: 'Act', look: 'Look', tidy: 'Tidy up', fine: 'Fine' } as const;

/** One function, from what to do about it down to the last permission. */
export function functionSection(report: FunctionReport, id: string, alone = false): string {
  const level = levelOf(report);
  const parts = [
    sight(report),
    steps(report),
    scope(report),
    findings(report),
    traffic(report),
    coverage(report),
    permissions(report),
  ];
  return `<section class="function card" id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${esc(report.name)} <span class="badge ${level}">${LEVEL_NAMES[level]}</span></h2>${parts.join('')}${alone ? '' : '<p class="small"><a href="#all-h">Back to all functions</a></p>'}</section>`;
}

/** Whether what follows is all that the function does. */
function sight({ sight: status }: FunctionReport): string {
  if (status === null) return '';
  return `<p class="small">In sight: <strong>${status}</strong>. ${IN_SIGHT[status]}</p>`;
}

const IN_SIGHT = {
  intercepted: 'Its calls go through the sensor.',
  partly: 'Some of its connections, or some of its environments, go past the sensor: what they do is not shown here.',
  bypassed: 'Its calls go past the sensor: nothing here is complete.',
  unsupported: 'No sensor runs in its environments: their log says why.',
} as const;

function steps(report: FunctionReport): string {
  const list = nextSteps(report);
  if (list.length === 0) return '';
  return `<h3>What to do next</h3><ol class="steps">${list
    .map(
      ({ text, command }) =>
        `<li>${whole(esc(text))}${command === null ? '' : `<br><code>${whole(esc(command))}</code>`}</li>`,
    )
    .join('')}</ol>`;
}

/** A browser would break a line behind the dashes of an option. */
const whole = (text: string): string => text.replace(/(?<= )--[\w-]+/g, '<span class="whole">$&</span>');

function scope(report: FunctionReport): string {
  const map = scopeMap(report);
  const { scope: known } = report;
  const hosts =
    known === null || known.egress.length === 0
      ? ''
      : `<p class="small">Other hosts: ${known.egress
          .slice(0, 12)
          .map((host) => `<span class="arn">${esc(host)}</span>`)
          .join(', ')}${known.egress.length > 12 ? ` and ${known.egress.length - 12} more` : ''}</p>`;
  if (map === '' && hosts === '') return '';
  return `<h3>Scope</h3>${map}${hosts}`;
}

const SHOWN = 25;

function findings({ findings: groups, findingsByTime }: FunctionReport): string {
  if (groups.length === 0) return '<h3>Findings</h3><p>None.</p>';
  const rows = groups
    .slice(0, SHOWN)
    .map(
      ({ severity, thing, reason, findings: told, notices, first, last, techniques }) =>
        `<tr><td><span class="badge ${severity}">${severityWord(severity)}</span></td><td class="what"><span class="arn">${esc(thing)}</span><br>${esc(reason)}${techniques.length === 0 ? '' : ` <span class="soft small">${esc(techniques.join(', '))}</span>`}</td><td class="n">${timesOf(told.count, notices.count)}</td><td class="n">${shareOf(told.blocked + notices.blocked, told.count + notices.count)}</td><td class="n">${esc(moment(first))}${moment(last) === moment(first) ? '' : `<br>${esc(moment(last))}`}</td></tr>`,
    );
  const more = groups.length > SHOWN ? `<p class="small soft">and ${grouped(groups.length - SHOWN)} more</p>` : '';
  return `<h3>Findings</h3>${findingChart('Findings', findingsByTime)}<div class="scroll" role="group" tabindex="0" aria-label="Findings"><table class="cards findings"><thead><tr><th scope="col">Severity</th><th scope="col">What</th><th scope="col" class="n">Times</th><th scope="col" class="n">Blocked</th><th scope="col" class="n">First, last (UTC)</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>${more}`;
}

/** What was told again for the record is no further finding. */
const timesOf = (findings: number, notices: number): string =>
  [
    ...(findings === 0 ? [] : [grouped(findings)]),
    ...(notices === 0 ? [] : [`<span class="whole soft">${counted(notices, 'notice')}</span>`]),
  ].join('<br>');

const shareOf = (part: number, whole: number): string => (part === 0 ? 'no' : part === whole ? 'all' : grouped(part));

/** Bars by severity, the worst at the bottom; notices on a scale of their own, for they may be many and one finding is few. */
export function findingChart(label: string, byTime: FunctionReport['findingsByTime']): string {
  const buckets = bucketsOf(byTime.keys());
  if (buckets === null) return '';
  const series: Series[] = [...SEVERITIES].reverse().map((severity) => ({
    name: severity === 'info' ? 'notices' : severity,
    class: severity,
    values: spread(byTime, buckets, (counts) => counts[severity as Severity]),
  }));
  const present = series.filter(({ values }) => values.some((value) => value > 0));
  const charts = [present.filter(({ class: of }) => of !== 'info'), present.filter(({ class: of }) => of === 'info')]
    .filter((shown) => shown.length > 0)
    .map((shown) => `<div>${barChart(`${label} over time`, buckets, shown, count)}${legend(shown)}</div>`);
  return `<p class="small soft">By ${buckets.unit}, UTC.</p>${charts.length === 1 ? charts[0] : `<div class="two">${charts.join('')}</div>`}`;
}

const count = (value: number): string => grouped(Math.round(value * 10) / 10);

function traffic({ calls }: FunctionReport): string {
  const buckets = calls === null ? null : bucketsOf(calls.byTime.keys());
  if (calls === null || buckets === null) return '';
  const made: Series = { name: 'calls', class: 'calls', values: spread(calls.byTime, buckets, ([n]) => n) };
  const sent: Series = { name: 'sent', class: 'out', values: spread(calls.byTime, buckets, ([, out]) => out) };
  const received: Series = {
    name: 'received',
    class: 'in',
    values: spread(calls.byTime, buckets, ([, , into]) => into),
  };
  return `<h3>Calls and bytes</h3><p class="small">${counted(calls.count, 'call')}, ${grouped(calls.blocked)} blocked; ${sizeText(calls.bytesOut)} sent, ${sizeText(calls.bytesIn)} received; by ${buckets.unit}, UTC.</p><div class="two"><div>${barChart('Calls', buckets, [made], count)}${legend([made])}</div><div>${barChart('Bytes', buckets, [sent, received], sizeText)}${legend([sent, received])}</div></div>`;
}

function spread<T>(
  byTime: ReadonlyMap<string, T>,
  buckets: NonNullable<ReturnType<typeof bucketsOf>>,
  value: (at: T) => number,
): number[] {
  const values = buckets.starts.map(() => 0);
  for (const [hour, at] of byTime) values[buckets.index(hour)]! += value(at);
  return values;
}

function coverage({ coverage: known, scope: learned, outside }: FunctionReport): string {
  if (known === null || learned === null) return '';
  const seen = Math.max(0, Math.min(100, Math.round((1 - known.upper) * 1_000) / 10));
  const open = known.open.slice(0, 6).map((sentence) => `<li>${esc(sentence)}</li>`);
  return `<h3>Learning coverage</h3><p>${esc(coverageSentence(known, wouldRefuse(outside)))}</p><div class="meter" role="meter" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${seen}" aria-label="Share of invocations that show nothing new"><span style="width:${seen}%"></span></div><p class="small soft">${learned.invocations > 8 ? 'About ' : ''}${counted(learned.invocations, 'invocation')} observed, ${esc(moment(learned.from))} to ${esc(moment(learned.to))} UTC.</p>${open.length === 0 ? '' : `<details><summary>What is still open</summary><ul class="plain">${open.join('')}</ul></details>`}`;
}

function permissions({ policy }: FunctionReport): string {
  if (policy === null) return '';
  const { unused, ungranted, wide, distance } = policy.diff();
  const rows = RISKS.flatMap((risk) => {
    const own = unused.filter((grant) => grant.risk === risk);
    if (own.length === 0) return [];
    const names = own.slice(0, 10).map(({ action }) => `<span class="arn">${esc(action)}</span>`);
    return [
      `<tr><th scope="row">${risk}</th><td class="n">${grouped(own.length)}</td><td class="what">${names.join(', ')}${own.length > 10 ? ', …' : ''}</td></tr>`,
    ];
  });
  const tables =
    rows.length === 0
      ? '<p>Everything that is granted is used.</p>'
      : `<div class="scroll" role="group" tabindex="0" aria-label="Unused permissions"><table class="cards"><thead><tr><th scope="col">Unused permissions</th><th scope="col" class="n">Count</th><th scope="col">Such as</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
  const wider =
    wide.length === 0
      ? ''
      : `<p class="small">Granted on more than is used: ${wide
          .slice(0, 8)
          .map(({ action }) => `<span class="arn">${esc(action)}</span>`)
          .join(', ')}${wide.length > 8 ? ` and ${wide.length - 8} more` : ''}</p>`;
  const missing =
    ungranted.length === 0
      ? ''
      : `<p class="small critical">Used and not granted: ${ungranted.map(({ action }) => `<span class="arn">${esc(action)}</span>`).join(', ')}</p>`;
  return `<h3>Permissions</h3><p>Distance from least privilege: <b>${distance}</b> <span class="soft">(0 is exact, 1 has nothing in common)</span></p>${tables}${wider}${missing}`;
}
