/**
 * How good detection is, on labelled calls: `npm run evaluate -- [FOLDER…] [--seeds 1,2] [--by scenario|tier|function] [--only full|day|poisoned] [--details]
 * [--findings FILE]`. A FOLDER holds train.jsonl.gz, test.jsonl.gz, labels.jsonl.gz and attacks.json; without one, sets are generated. Each is
 * measured as it is, with one day of training, and with thirty attacks hidden in training. docs/detection.md says how to read the table.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { generate } from './detection/generate/generate.ts';
import { type LabelledSet, poisoned, readSet, shortened } from './detection/labelled-set.ts';
import { type Run, run } from './detection/run.ts';
import { type Score, score } from './detection/score.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    by: { type: 'string', default: 'tier' },
    findings: { type: 'string' },
    details: { type: 'boolean', default: false },
    only: { type: 'string' },
    half: { type: 'string', default: 'open' },
    seeds: { type: 'string', default: '1,2' },
  },
});

const sets =
  positionals.length > 0
    ? positionals.map(readSet)
    : values.seeds.split(',').map((seed) => generate(Number(seed), values.half as 'open'));
for (const set of sets) {
  if (values.only !== 'day' && values.only !== 'poisoned') measure(set);
  if (values.only !== 'full' && values.only !== 'poisoned') measure(shortened(set, 1));
  if (values.only !== 'full' && values.only !== 'day') measure(poisoned(set, 30));
}

function measure(set: LabelledSet): void {
  const ran = run(set);
  if (values.findings !== undefined) {
    writeFileSync(values.findings, ran.findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
  }
  print(set, ran, score(set, ran.findings, ran.refusals, values.by as 'tier'));
}

function print(set: LabelledSet, ran: Run, scored: Score): void {
  const percent = (part: number, of: number) => ((100 * part) / of).toFixed(1).padStart(6);
  console.log(`\n${set.name}: ${set.train.length} calls learned, ${set.test.length} judged`);
  console.log(`${'attacks'.padEnd(28)}      n  recall refused  calls to detect (median)`);
  for (const [name, tier] of [...scored.tiers].sort(([a], [b]) =>
    a === 'all' ? 1 : b === 'all' ? -1 : a < b ? -1 : 1,
  )) {
    const median = [...tier.callsToDetect].sort((a, b) => a - b)[tier.callsToDetect.length >> 1] ?? '-';
    console.log(
      `${name.padEnd(28)} ${String(tier.attacks).padStart(6)}  ${percent(tier.detected, tier.attacks)}  ${percent(tier.refused, tier.attacks)}  ${median}`,
    );
  }
  const lines: [string, string][] = [
    ['false groups per 1000 benign invocations', scored.falseGroupsPer1000.toFixed(2)],
    ['false findings per 1000', scored.falseFindingsPer1000.toFixed(2)],
    ['invocation precision, %', scored.invocationPrecision.toFixed(1)],
    ['ordinary calls refused per million', scored.refusedOrdinaryPerMillion.toFixed(1)],
    ['findings / notices', `${scored.findings} / ${scored.notices}`],
    ['learning, µs a call (mean)', ran.learning.toFixed(2)],
    ['judging, µs a call (median)', ran.judging.toFixed(2)],
    ['largest baseline of a function, KiB', (ran.largest / 1024).toFixed(1)],
  ];
  for (const [name, value] of lines) console.log(`${name.padEnd(44)} ${value}`);
  if (!values.details) return;
  const groups = new Map<string, { finding: (typeof scored.falseGroups)[number]; count: number }>();
  for (const finding of scored.falseGroups) {
    const key = `${finding.function} ${finding.key}`;
    groups.set(key, { finding, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  for (const { finding, count } of groups.values())
    console.log(
      `  ${count} x ${finding.function} [${finding.severity}] ${finding.key}: ${finding.reason.slice(0, 220)}`,
    );
  for (const [key, count] of [...scored.falseFindings].slice(0, 15)) console.log(`  ${count} false of ${key}`);
  for (const finding of scored.refusedOrdinary.slice(0, 20))
    console.log(`  refused ${finding.function} ${finding.key} ${finding.resource}`);
  for (const attack of scored.missed) console.log(`  missed ${attack.attack} (${attack.tier}) ${attack.function}`);
}
