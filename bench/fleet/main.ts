import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FULL } from './plan.ts';
import { report } from './report.ts';
import { go, resume, save } from './run.ts';

/**
 * A fleet's month: what 100,000 environments of 10,000 functions learn, through crashes, throttling and whatever else happens to requests, against one learner that sees it
 * all. Function by function, so that memory stays what one function needs. `--resume FILE` keeps there how far it came, and goes on from there.
 */
const PAGE = new URL('../../docs/fleet.md', import.meta.url);
const BEGIN = '<!-- bench/fleet: begin -->';
const END = '<!-- bench/fleet: end -->';

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
      resume: { type: 'string' },
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
  const file = values.resume ?? null;
  const run = resume(scale, file);
  const { totals } = run;
  await go(run, number('workers'), () => {
    if (performance.now() - said < 10_000) return;
    said = performance.now();
    if (file !== null) save(run, file);
    const { functions, environments, calls, differences } = totals;
    const seconds = Math.round((said - begun) / 1000);
    const memory = Math.round(process.memoryUsage().rss / 1e6);
    process.stderr.write(
      `${seconds} s: ${functions} functions, ${environments} environments, ${calls} calls, ${differences} differ, ${memory} MB\n`,
    );
  });
  if (file !== null) save(run, file);
  const own = (['functions', 'environments', 'calls', 'seed'] as const).filter((name) => scale[name] !== FULL[name]);
  const options = own.map((name) => ` --${name} ${scale[name]}`).join('');
  const text = report(totals, new Date().toISOString().slice(0, 10), options);
  process.stdout.write(text);
  for (const one of totals.different) process.stderr.write(`differs: ${one}\n`);
  const seconds = Math.round((performance.now() - begun) / 1000);
  const memory = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stderr.write(`${seconds} s, at most ${memory} MB resident\n`);
  if (values.write) write(text);
  if (totals.differences > 0) process.exitCode = 1;
}
