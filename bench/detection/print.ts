import type { Finding } from '../../baseline/finding.ts';
import type { LabelledSet } from './labelled-set.ts';
import type { Run } from './run.ts';
import type { Score, TierScore } from './score.ts';

const COLUMNS: readonly (readonly [string, (tiers: Score['tiers'], score: Score, ran: Run) => string])[] = [
  ['blatant', (tiers) => recall(tiers.get('blatant'))],
  ['resource', (tiers) => recall(tiers.get('resource'))],
  ['volume', (tiers) => recall(tiers.get('volume'))],
  ['mimic', (tiers) => recall(tiers.get('mimic'))],
  ['all', (tiers) => recall(tiers.get('all'))],
  ['calls', (tiers) => median(tiers.get('volume'))],
  ['groups', (_, score) => score.falseGroupsPer1000.toFixed(2)],
  ['single', (_, score) => score.falseFindingsPer1000.toFixed(2)],
  ['precise', (_, score) => score.invocationPrecision.toFixed(1)],
  ['ref.bla', (tiers) => refused(tiers.get('blatant'))],
  ['ref.res', (tiers) => refused(tiers.get('resource'))],
  ['blocked', (_, score) => score.refusedOrdinaryPerMillion.toFixed(0)],
  ['learn', (_, __, ran) => ran.learning.toFixed(1)],
  ['judge', (_, __, ran) => ran.judging.toFixed(1)],
  ['KiB', (_, __, ran) => (ran.largest / 1024).toFixed(0)],
];

/** One row of the table; its head before the first. */
export function printRow(set: LabelledSet, ran: Run, score: Score, first: boolean): void {
  if (first) {
    console.log(
      'recall in % by tier and altogether; calls to detect volume (median); false groups and single false findings per 1000 benign invocations;\n' +
        'precision of invocations told of in %; blatant and resource attacks refused in block mode in %; ordinary calls blocked per million;\n' +
        'learning and judging in µs a call (mean, median); the largest baseline of a function in KiB\n',
    );
    console.log(`${''.padEnd(58)}${COLUMNS.map(([name]) => name.padStart(9)).join('')}`);
  }
  console.log(
    `${set.name.padEnd(58)}${COLUMNS.map(([, value]) => value(score.tiers, score, ran).padStart(9)).join('')}`,
  );
}

/** Recall group by group. */
export function printTable({ tiers }: Score): void {
  for (const [name, tier] of [...tiers].sort(([a], [b]) => (a === 'all' ? 1 : b === 'all' ? -1 : a < b ? -1 : 1)))
    console.log(
      `  ${name.padEnd(34)} ${String(tier.attacks).padStart(4)} attacks, found ${recall(tier)} %, refused ${refused(tier)} %, calls to detect ${median(tier)}`,
    );
}

/** What was false, and what was missed. */
export function printDetails(score: Score): void {
  const groups = new Map<string, { finding: Finding; count: number }>();
  for (const finding of score.falseGroups) {
    const key = `${finding.function} ${finding.key}`;
    groups.set(key, { finding, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  for (const { finding, count } of groups.values())
    console.log(
      `  false ${count} x ${finding.function} [${finding.severity}] ${finding.key}: ${finding.reason.slice(0, 220)}`,
    );
  console.log(`  told of ${score.told.right} invocations with an attack in them, ${score.told.wrong} without`);
  for (const [key, count] of [...score.falseFindings].slice(0, 15)) console.log(`  ${count} false of ${key}`);
  for (const finding of score.refusedOrdinary.slice(0, 20))
    console.log(`  refused ${finding.function} ${finding.key} ${finding.resource}`);
  for (const attack of score.missed) console.log(`  missed ${attack.attack} (${attack.tier}) ${attack.function}`);
}

const percent = (part: number, of: number): string => ((100 * part) / of).toFixed(1);
const recall = (tier: TierScore | undefined): string =>
  tier === undefined ? '-' : percent(tier.detected, tier.attacks);
const refused = (tier: TierScore | undefined): string =>
  tier === undefined ? '-' : percent(tier.refused, tier.attacks);
const median = (tier: TierScore | undefined): string =>
  String([...(tier?.callsToDetect ?? [])].sort((a, b) => a - b)[(tier?.callsToDetect.length ?? 0) >> 1] ?? '-');
