import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { FULL, type Scale } from './plan.ts';
import { report } from './report.ts';
import type { Result } from './simulate.ts';
import { add, newTotals, type Totals } from './totals.ts';

/**
 * A fleet's month: what 100,000 environments of 10,000 functions learn, through crashes, throttling and whatever else happens to requests, against one learner that sees it
 * all. Function by function, so that memory stays what one function needs.
 */
const PAGE = new URL('../../docs/fleet.md', import.meta.url);
const BEGIN = '<!-- bench/fleet: begin -->';
const END = '<!-- bench/fleet: end -->';

export async function run(scale: Scale, workers: number, progress: (totals: Totals) => void): Promise<Totals> {
  const totals = newTotals();
  await Promise.all(
    Array.from(
      { length: workers },
      (_, at) =>
        new Promise<void>((resolve, reject) => {
          const worker = new Worker(new URL('./worker.ts', import.meta.url), {
            workerData: { scale, at, of: workers },
          });
          worker.on('message', (result: Result) => {
            add(totals, result);
            progress(totals);
          });
          worker.on('error', reject);
          worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
        }),
    ),
  );
  return totals;
}

/** Puts the figures into the page, between their marks. */
function write(text: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`docs/fleet.md has no ${BEGIN} … ${END}`);
  writeFileSync(PAGE, `${before}${BEGIN}\n${text}${END}${after}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      functions: { type: 'string', default: `${FULL.functions}` },
      environments: { type: 'string', default: `${FULL.environments}` },
      calls: { type: 'string', default: `${FULL.calls}` },
      seed: { type: 'string', default: `${FULL.seed}` },
      workers: { type: 'string', default: '2' },
      write: { type: 'boolean', default: false },
      totals: { type: 'string' },
    },
  });
  const number = (name: 'functions' | 'environments' | 'calls' | 'seed' | 'workers') => Number(values[name]);
  const scale = {
    functions: number('functions'),
    environments: number('environments'),
    calls: number('calls'),
    seed: number('seed'),
  };
  const begun = performance.now();
  let said = begun;
  const totals = await run(scale, number('workers'), ({ functions, environments, calls, differences }) => {
    if (performance.now() - said < 10_000) return;
    said = performance.now();
    const seconds = Math.round((said - begun) / 1000);
    const memory = Math.round(process.memoryUsage().rss / 1e6);
    process.stderr.write(
      `${seconds} s: ${functions} functions, ${environments} environments, ${calls} calls, ${differences} differ, ${memory} MB\n`,
    );
  });
  if (values.totals !== undefined)
    writeFileSync(
      values.totals,
      JSON.stringify(totals, (_, value: unknown) => (value instanceof Map ? [...value] : value)),
    );
  const text = report(totals, new Date().toISOString().slice(0, 10));
  process.stdout.write(text);
  for (const one of totals.different) process.stderr.write(`differs: ${one}\n`);
  const seconds = Math.round((performance.now() - begun) / 1000);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stderr.write(`${seconds} s, at most ${memory} MB resident\n`);
  if (values.write) write(text);
  if (totals.differences > 0) process.exitCode = 1;
}
