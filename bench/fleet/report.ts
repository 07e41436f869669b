import { million, PRICES } from './prices.ts';
import { type Class, quantile, type Spread, spreadOf, type Totals } from './totals.ts';

const RUNS_A_MONTH = 30 * 24 * 4;
/** A candidate, what is approved of it, and the same in the history. */
const COPIES = 3;

/** What the simulation showed, as the page of docs/fleet.md has it. `date`: of the run, `options`: its own. */
export function report(totals: Totals, date: string, options = ''): string {
  const bytes = totals.bytes * COPIES;
  const scan = RUNS_A_MONTH * Math.ceil(bytes / 4096) * 0.5;
  const gigabytes = bytes / 1e9;
  const costs: [string, string, number][] = [
    [
      'what environments hand in and the aggregation joins: writes',
      units(totals.writeUnits, 'WRU'),
      million(totals.writeUnits, PRICES.writeUnits),
    ],
    ['the same: reads', units(totals.readUnits, 'RRU'), million(totals.readUnits, PRICES.readUnits)],
    [
      `looking for what was handed in (a scan every 15 minutes, ${round(RUNS_A_MONTH)} of them, of the table at its final size, with each candidate approved once)`,
      units(scan, 'RRU'),
      million(scan, PRICES.readUnits),
    ],
    [
      'loading what is approved, if every environment were one that judges',
      units(totals.loadUnits, 'RRU'),
      million(totals.loadUnits, PRICES.readUnits),
    ],
    [
      'storage, with point-in-time recovery',
      `${(gigabytes * 1000).toFixed(1)} MB`,
      gigabytes * (PRICES.storage + PRICES.recovery),
    ],
  ];
  const sum = costs.reduce((all, [, , dollars]) => all + dollars, 0);
  const counted = totals.counted.filter((ratio) => ratio !== 1).map((ratio) => Math.abs(ratio - 1));
  const share = (bound: number) => counted.filter((off) => off <= bound).length / Math.max(1, counted.length);
  const same = totals.functions - totals.differences;
  return `Measured on ${date} by \`node bench/fleet/main.ts --write${options}\` (a month, simulated; everything but the calls, the clock and the table is the product's own code):

${round(totals.functions)} functions, ${round(totals.environments)} environments, ${round(totals.calls)} calls in ${round(totals.invocations)} invocations. ${round(totals.crashes)} environments crashed (${round(totals.callsLost)} calls died
with them, unlearned), ${round(totals.older)} had an older sensor, clocks were up to a day off, and up to three code versions of a function ran side by side. ${round(totals.throttled)} requests were throttled, ${round(totals.lost)} writes arrived
and their answer did not, ${round(totals.late)} arrived after their client had given up, ${round(totals.twice)} arrived twice. Of ${round(totals.aggregations)} runs of the aggregation for one function ${round(totals.aggregationsCut)} were cut off in the middle.
${round(totals.logged)} documents that no store took were read back from the log.

**Merged baselines that are, member for member, what one learner has that saw every call which was handed in: ${round(same)} of ${round(totals.functions)}.** (The time of the last call is right to the day; everything else is the same text, sketches
included.) Counts against the true ones: half of the functions within ${percent(quantile(counted, 0.5))}, ${percent(share(0.39))} within 39 %, three standard errors of the sketch.

| writes of an environment, by how many its function had before it | environments | median | mean | 95th percentile | wrote nothing |
|---|---|---|---|---|---|
${totals.classes
  .map((one, i) => row(label(totals.classes, i), spreadOf([one])))
  .filter((line) => line !== '')
  .join('\n')}
${row('all', spreadOf(totals.classes))}

Requests: ${per(totals.writes, totals)} writes and ${per(totals.reads, totals)} reads an environment, those of the aggregation included. The table has ${round(totals.items)} items, ${(totals.bytes / 1e6).toFixed(1)} MB; the largest baseline is ${(totals.largest / 1024).toFixed(1)} KB.

| a month at AWS list prices (us-east-1, on demand, $${PRICES.writeUnits} per million WRU, $${PRICES.readUnits} per million RRU, $${PRICES.storage} + $${PRICES.recovery} per GB) | | |
|---|---|---|
${costs.map(([what, amount, dollars]) => `| ${what} | ${amount} | $${dollars.toFixed(2)} |`).join('\n')}
| all of it, for ${round(totals.functions)} functions | | **$${sum.toFixed(2)}** |
`;
}

function row(name: string, { environments, median, mean, p95, silent }: Spread): string {
  if (environments === 0) return '';
  return `| ${name} | ${round(environments)} | ${median} | ${mean.toFixed(2)} | ${p95} | ${percent(silent)} |`;
}

function label(classes: readonly Class[], at: number): string {
  const { from } = classes[at]!;
  const to = classes[at + 1]?.from;
  return to === undefined ? `${round(from)} and more` : `${round(from)} to ${round(to - 1)}`;
}

const round = (value: number): string => Math.round(value).toLocaleString('en-US');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const per = (value: number, { environments }: Totals): string => (value / Math.max(1, environments)).toFixed(2);
const units = (value: number, unit: string): string => `${(value / 1e6).toPrecision(3)} million ${unit}`;
