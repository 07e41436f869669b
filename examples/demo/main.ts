import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LogEvent } from './lambda/log-group.ts';
import { report } from './show/machine.ts';
import { createNarrator } from './show/person.ts';
import { columnsOf, styleFor } from './show/terminal.ts';
import { broken } from './story/expect.ts';
import { intrude } from './story/intrusion.ts';
import { learn, ROOT, zipSize } from './story/learn.ts';
import { measure } from './story/measure.ts';
import { createWorld } from './story/world.ts';

/**
 * `npm run demo`: the built layer's real sensor under a small Lambda of our own, with AWS played on loopback. Learns, lets an intruder in under alert and
 * under block, measures. Exits 0 only if all that it promises has happened, 1 otherwise and says what did not, 2 for bad usage.
 */
const HELP = `The main job in under two minutes, on this machine alone: builds the layer, runs a function under it, learns what is normal, lets an intruder in, in alert
mode and in block mode, and measures what the sensor costs.

Usage: npm run -s demo [-- --json]

  --json   the figures as JSON, and nothing else
  --help   this text

Exit codes: 0 all happened as promised; 1 it did not, and what did not is said; 2 usage. dist/demo has the baseline and the logs of both modes.
`;
const json = options().json === true;
const started = performance.now();
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

const say = createNarrator(
  (text) => void (json || process.stdout.write(text)),
  styleFor(process.stdout, process.env),
  columnsOf(process.stdout),
);
const layer = join(ROOT, 'dist/layer-slim');
const folder = join(ROOT, 'dist/demo');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });

try {
  say.beginning();
  say.phase('Build the layer');
  execFileSync(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'layer/build.ts', '--slim'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  say.built(zipSize());

  const world = await createWorld(folder);
  say.phase('Learn what is normal');
  const learned = await learn(world, layer, folder);
  say.learned(learned);
  const baseline = join(ROOT, learned.baselineFile);

  say.phase('Alert mode: an intruder gets in, and each step is told');
  const alert = await intrude(world, layer, 'alert', baseline);
  keep('alert.log', alert.log);
  say.intrusion(alert);

  say.phase('Block mode: the same steps are refused before they leave');
  const block = await intrude(world, layer, 'block', baseline);
  keep('block.log', block.log);
  say.intrusion(block);

  say.phase('What it costs');
  const cost = await measure(world, layer, baseline);
  say.measured(cost);

  const results = { learned, alert, block, cost };
  const problems = broken(results);
  const seconds = (performance.now() - started) / 1_000;
  say.end(results, problems, seconds);
  if (json) process.stdout.write(`${JSON.stringify(report(results, problems, seconds), null, 2)}\n`);
  process.exit(problems.length === 0 ? 0 : 1);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}

function options(): { json?: boolean | undefined } {
  try {
    const { values } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
    if (values.help !== true) return values;
  } catch (error) {
    process.stderr.write(`demo: ${(error as Error).message} (npm run demo -- --help)\n`);
    process.exit(2);
  }
  process.stdout.write(HELP);
  process.exit(0);
}

/** The function's log as text, a line an event. */
function keep(name: string, log: readonly LogEvent[]): void {
  const lines = log.map(({ timestamp, message }) => `${new Date(timestamp).toISOString()} ${message}\n`);
  writeFileSync(join(folder, name), lines.join(''));
}
