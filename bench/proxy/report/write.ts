import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROWS } from './budgets.ts';
import { chart, type Panel } from './chart.ts';
import { page, type Run } from './page.ts';

const docs = join(import.meta.dirname, '../../../docs');
const FROM = '<!-- written by npm run bench -- --write -->';
const TO = '<!-- end of what npm run bench writes -->';

const CHARTED = [
  'added p50, GetItem by the JS SDK',
  'throughput of direct, 16 at once',
  'CPU for 10,000 calls',
  'first call of a fresh environment',
];

/** Replaces the measured part of docs/performance.md and its chart. */
export function writePage(run: Run): void {
  const path = join(docs, 'performance.md');
  const text = readFileSync(path, 'utf8');
  const from = text.indexOf(FROM);
  const to = text.indexOf(TO);
  if (from === -1 || to < from) throw new Error(`${path} has no marks between which to write`);
  writeFileSync(path, `${text.slice(0, from + FROM.length)}\n\n${page(run)}\n\n${text.slice(to)}`);
  writeFileSync(join(docs, 'performance.svg'), chart(panels(run)));
}

function panels({ results, contestants }: Run): Panel[] {
  return ROWS.filter(({ what }) => CHARTED.includes(what)).map((row) => ({
    title: `${row.what} (${row.better} is better)`,
    unit: row.unit,
    bars: contestants
      .filter(({ name }) => name !== 'direct')
      .flatMap(({ name }) => {
        const value = row.of(results, name);
        return value === null ? [] : [{ label: name, value, own: name.startsWith('rolefence') }];
      }),
  }));
}
