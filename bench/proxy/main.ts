import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { workload } from './client/workload.ts';
import type { Contestant, Running } from './contestants/contestant.ts';
import { direct } from './contestants/direct.ts';
import { mitmproxy } from './contestants/mitmproxy.ts';
import { httpMitmProxy, mockttp } from './contestants/mockttp.ts';
import { bare, blocking, learning } from './contestants/rolefence.ts';
import { squid } from './contestants/squid.ts';
import { machine } from './machine.ts';
import { fresh } from './measure/fresh.ts';
import { judging } from './measure/judging.ts';
import { startTimes } from './measure/start.ts';
import { freePort } from './ports.ts';
import { stop } from './processes.ts';
import { page } from './report/page.ts';
import { writePage } from './report/write.ts';
import { Results } from './results.ts';
import { steps, WHOLE } from './round.ts';
import { small } from './small.ts';
import { startUpstream } from './upstream/start.ts';

/** `npm run bench`: see bench/README.md. */
const ALL: readonly Contestant[] = [direct, learning, blocking, bare, squid, mitmproxy, mockttp, httpMitmProxy];
const { values: flags } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string' },
    steps: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const say = (text: string) => process.stderr.write(`${text}\n`);
if (flags.small) {
  const { table, failures } = await small();
  process.stdout.write(`${table}\n`);
  for (const failure of failures) say(`bench: ${failure}`);
  process.exit(failures.length > 0 ? 1 : 0);
}
const rounds = Number(flags.rounds ?? 9);
const wanted = flags.only?.split(',') ?? null;
const chosen = ALL.filter(({ name }) => wanted === null || name === 'direct' || wanted.includes(name));
const chosenSteps =
  flags.steps === undefined ? steps : steps.filter((_, at) => flags.steps?.split(',').includes(`${at}`));

const beforeRegister = await build();
const folder = mkdtempSync(join(tmpdir(), 'rolefence-bench-'));
// squid gives up its rights and must still find its own folder.
chmodSync(folder, 0o755);
const upstream = await startUpstream(folder);
const results = new Results();
const absent: { name: string; why: string }[] = [];
const running: { contestant: Contestant; is: Running }[] = [];

for (const contestant of chosen) {
  const why = contestant.missing();
  if (why !== null) {
    absent.push({ name: contestant.name, why });
    say(`${contestant.name} is left out: ${why}`);
    continue;
  }
  try {
    const own = mkdtempSync(join(folder, 'contestant-'));
    const is = await contestant.start({ upstream, folder: own, port: await freePort() });
    running.push({ contestant, is });
    await within(60_000, workload(is, 200));
    say(`${contestant.name} is ready`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    absent.push({ name: contestant.name, why });
    say(`${contestant.name} is left out: ${why}`);
  }
}

for (let round = 0; round < rounds; round++) {
  for (const step of chosenSteps) {
    // Whoever comes first in one round comes last in another.
    for (let n = 0; n < running.length; n++) {
      const { contestant, is } = running[(n + round) % running.length] as (typeof running)[number];
      try {
        results.add(
          contestant.name,
          round,
          await within(60_000, step(is, WHOLE, contestant.name.startsWith('rolefence'))),
        );
      } catch (error) {
        say(`round ${round + 1}, ${contestant.name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
  say(`round ${round + 1} of ${rounds}`);
}
for (const { is } of running) await is.stop();

if (flags.steps === undefined) {
  for (let round = 0; round < Math.min(rounds, 4); round++) {
    for (const { contestant } of running) {
      const { readyMs, firstCallMs, idleMiB, after200MiB } = await within(60_000, fresh(contestant, upstream, 200));
      results.add(contestant.name, round, {
        firstCall: firstCallMs,
        ...(contestant.name === 'direct' ? {} : { ready: readyMs }),
        ...(idleMiB === null ? {} : { idle: idleMiB }),
        ...(after200MiB === null ? {} : { after200: after200MiB }),
      });
    }
    say(`fresh processes, ${round + 1} of ${Math.min(rounds, 4)}`);
  }
}
const started = flags.steps === undefined ? await startTimes(9) : null;
const run = {
  date: new Date().toISOString().slice(0, 10),
  machine: machine(),
  rounds,
  results,
  contestants: running.map(({ contestant }) => contestant),
  absent,
  beforeRegister,
  start: started?.whole ?? null,
  startSlow: started?.slow ?? null,
  judging: flags.steps === undefined ? await judging() : null,
};
await stop(upstream.child);
rmSync(folder, { recursive: true, force: true });

process.stdout.write(`${page(run)}\n`);
if (flags.write) writePage(run);
process.exit(0);

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${ms / 1_000} s`)), ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
