/**
 * Learning from a folder of CloudTrail's logs with either engine, in turn, each run a process of its own:
 * `node bench/lake/main.ts [--events N] [--functions SHARE] [--days N] [--rounds N]`. Prints a table, of each figure the least: whatever else the machine does only adds.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { learn } from '../../cli/commands/learn.ts';
import { writeTrail } from './trail.ts';

const ENGINES = ['node', 'duckdb'] as const;
type Engine = (typeof ENGINES)[number];

interface Run {
  readonly wall: number;
  readonly processor: number;
  /** Of the processor time that of Node's own thread, which no second core relieves. */
  readonly main: number;
  readonly peakMb: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    events: { type: 'string', default: '150000' },
    functions: { type: 'string', default: '0.4' },
    days: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
  },
});

if (positionals.length > 0) {
  const [engine, folder, out] = positionals as [string, string, string];
  await learn.run(['--engine', engine, '--out', out, folder]);
  const thread = process.threadCpuUsage();
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const run: Run = {
    wall: performance.now() / 1e3,
    processor: (userCPUTime + systemCPUTime) / 1e6,
    main: (thread.user + thread.system) / 1e6,
    peakMb: maxRSS / 1e3,
  };
  process.stdout.write(JSON.stringify(run));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-bench-lake-'));
  try {
    measure(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measure(folder: string): void {
  const trail = join(folder, 'trail');
  const written = writeTrail(trail, {
    events: Number(values.events),
    ofFunctions: Number(values.functions),
    functions: 200,
    days: Number(values.days),
    seed: 7,
  });
  const runs = new Map<Engine, Run[]>(ENGINES.map((engine) => [engine, []]));
  const load: number[] = [];
  for (let round = 0; round < Number(values.rounds); round++)
    for (const engine of ENGINES) {
      const args = [import.meta.filename, engine, trail, join(folder, `${engine}.json`)];
      const told = execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      runs.get(engine)!.push(JSON.parse(told));
      load.push(loadavg()[0]!);
    }
  sameActions(folder);
  const least = (engine: Engine, figure: keyof Run) => Math.min(...runs.get(engine)!.map((run) => run[figure]));
  const text = [
    `${values.events} events in ${written.files} files, ${(written.unpacked / 1e6).toFixed(0)} MB unpacked, ${(written.bytes / 1e6).toFixed(0)} MB packed; ${availableParallelism()} cores (${cpus()[0]!.model.trim()}), Node ${process.version}, load ${Math.min(...load).toFixed(1)} to ${Math.max(...load).toFixed(1)}`,
    '| engine | by the clock, s | processor, s | of it in one thread, s | peak memory, MB |',
    '|---|---|---|---|---|',
    ...ENGINES.map(
      (engine) =>
        `| ${engine} | ${least(engine, 'wall').toFixed(1)} | ${least(engine, 'processor').toFixed(1)} | ${least(engine, 'main').toFixed(1)} | ${least(engine, 'peakMb').toFixed(0)} |`,
    ),
    `DuckDB: ${(least('node', 'wall') / least('duckdb', 'wall')).toFixed(2)} times as fast by the clock, ${(least('node', 'processor') / least('duckdb', 'processor')).toFixed(2)} by processor time`,
  ];
  process.stdout.write(`${text.join('\n')}\n`);
}

/** A figure for work that was not done is none. */
function sameActions(folder: string): void {
  const [one, other] = ENGINES.map((engine) => {
    const { functions } = JSON.parse(readFileSync(join(folder, `${engine}.json`), 'utf8'));
    return JSON.stringify(Object.values(functions as BaselineDocument['functions']).map(({ actions }) => actions));
  });
  if (one !== other) throw new Error('the two engines have not learned the same');
}
