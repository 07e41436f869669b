/**
 * Writes a labelled set of the examiner's into a folder, in the form of the development set:
 * `node bench/detection/generate/judge/main.ts --out FOLDER [--seed 1] [--round first]`, then `npm run evaluate -- FOLDER`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { fifth } from './fifth.ts';
import { first } from './first.ts';
import { fourth } from './fourth.ts';
import { second } from './second.ts';
import { generateSet, type Round } from './set.ts';
import { seventh } from './seventh.ts';
import { sixth } from './sixth.ts';
import { third } from './third.ts';

const ROUNDS: Record<string, Round> = { first, second, third, fourth, fifth, sixth, seventh };

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    round: { type: 'string', default: 'first' },
    seed: { type: 'string', default: '1' },
  },
});
const round = ROUNDS[values.round];
if (values.out === undefined || round === undefined) {
  console.error(`usage: main.ts --out FOLDER [--seed N] [--round ${Object.keys(ROUNDS).join('|')}]`);
  process.exit(2);
}
const set = generateSet(round, Number(values.seed));
const lines = (name: string, records: readonly object[]) =>
  writeFileSync(join(values.out!, name), gzipSync(records.map((it) => `${JSON.stringify(it)}\n`).join('')));
mkdirSync(values.out, { recursive: true });
lines('train.jsonl.gz', set.train);
lines('test.jsonl.gz', set.test);
lines('labels.jsonl.gz', set.labels);
const { functions, instances } = set;
writeFileSync(
  join(values.out, 'attacks.json'),
  `${JSON.stringify({ trainDays: 14, testDays: 14, functions, instances }, null, 1)}\n`,
);
console.log(
  `${set.train.length} + ${set.test.length} calls, ${functions.length} functions, ${instances.length} attacks of ${new Set(instances.map(({ scenario }) => scenario)).size} scenarios`,
);
