/**
 * How good detection is, on labelled calls: `npm run evaluate -- [FOLDER…] [--half open|held-out|random|unseen|all] [--seeds 1,2] [--only full|day|poisoned]
 * [--by scenario|tier|function] [--details] [--findings FILE]`. A FOLDER holds train.jsonl.gz, test.jsonl.gz, labels.jsonl.gz and attacks.json. Without one: the
 * development set where it lies beside the checkout, and generated sets. Each is measured as it is, with one day of training, and with thirty
 * attacks hidden in training. docs/evaluation.md says how to read the table.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Half } from './detection/generate/functions.ts';
import { generate } from './detection/generate/generate.ts';
import { type LabelledSet, poisoned, readSet, shortened } from './detection/labelled-set.ts';
import { printDetails, printRow, printTable } from './detection/print.ts';
import { run } from './detection/run.ts';
import { score } from './detection/score.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    by: { type: 'string' },
    details: { type: 'boolean', default: false },
    findings: { type: 'string' },
    half: { type: 'string', default: 'all' },
    only: { type: 'string' },
    seeds: { type: 'string', default: '1,2' },
  },
});

const beside = fileURLToPath(new URL('../../shared/detection/data', import.meta.url));
const halves = (values.half === 'all' ? ['open', 'held-out', 'random', 'unseen'] : [values.half]) as Half[];

function* sets(): Generator<LabelledSet> {
  for (const folder of positionals) yield readSet(folder);
  if (positionals.length > 0) return;
  if (values.half === 'all' && existsSync(beside)) yield { ...readSet(beside), name: 'development set' };
  for (const half of halves) for (const seed of values.seeds.split(',')) yield generate(Number(seed), half);
}

const only = (kind: string) => values.only === undefined || values.only === kind;

let first = true;
for (const set of sets()) {
  if (only('full')) measure(set);
  if (only('day')) measure(shortened(set, 1));
  if (only('poisoned')) measure(poisoned(set, 30));
}

function measure(set: LabelledSet): void {
  const ran = run(set);
  if (values.findings !== undefined)
    writeFileSync(values.findings, ran.findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
  const scored = score(set, ran.findings, ran.refusals, 'tier');
  printRow(set, ran, scored, first);
  first = false;
  if (values.by !== undefined) printTable(score(set, ran.findings, ran.refusals, values.by as 'tier'));
  if (values.details) printDetails(scored);
}
