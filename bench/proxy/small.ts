import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BEFORE_REGISTER, build } from './build.ts';
import type { Contestant, Running } from './contestants/contestant.ts';
import { blocking, learning, relay } from './contestants/rolefence.ts';
import { type Cost, type Crowd, costOf, crowd } from './measure/cost.ts';
import { freePort } from './ports.ts';
import { descriptors, memoryMiB, stop } from './processes.ts';
import { startUpstream } from './upstream/start.ts';

/**
 * `npm run bench -- --small`, a step of CI: only what a busy machine tells as truly as an idle one. Processor time is compared with that of a relay of the same run, in
 * the window of each that was disturbed least; the rest is counted.
 */
const AT_ONCE = 16;
const WARM = 8_000;
const WINDOWS = 16;
const CALLS = 350;
/** How far off fails. */
const TOLERANCE = 1.5;

interface Limit {
  readonly what: string;
  readonly unit: string;
  readonly budget: number;
  of(seen: Seen, relay: Seen): number;
}

interface Seen {
  readonly costs: readonly Cost[];
  readonly idleMiB: number;
  /** Opened for each client connection, the client's own included. */
  readonly descriptors: number;
}

const least = (costs: readonly Cost[], of: (cost: Cost) => number) => Math.min(...costs.map(of));

const LIMITS: readonly Limit[] = [
  {
    what: 'processor time for a call, of the relay',
    unit: '×',
    // The design's 1.43 (0.40 s for 10,000 calls where a relay needs 0.28) is not reached yet: this is where the whole sensor stands, and is not to leave.
    budget: 2.2,
    of: ({ costs }, relay) =>
      least(costs, (cost) => cost.cpuMicroseconds) / least(relay.costs, (cost) => cost.cpuMicroseconds),
  },
  { what: 'reads for a call', unit: '', budget: 2, of: ({ costs }) => least(costs, (cost) => cost.reads) },
  { what: 'writes for a call', unit: '', budget: 2, of: ({ costs }) => least(costs, (cost) => cost.writes) },
  { what: 'descriptors for a client connection', unit: '', budget: 2, of: (seen) => seen.descriptors },
  { what: 'idle memory', unit: 'MiB', budget: 60, of: ({ idleMiB }) => idleMiB },
];

interface Contender {
  readonly name: string;
  readonly is: Running;
  readonly clients: Crowd;
  readonly idleMiB: number;
  readonly descriptors: number;
  readonly costs: Cost[];
}

export async function small(): Promise<{ table: string; failures: string[] }> {
  const beforeRegister = await build();
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-bench-'));
  chmodSync(folder, 0o755);
  const upstream = await startUpstream(folder);
  const contenders: Contender[] = [];
  for (const contestant of [relay, learning, blocking]) {
    const place = { upstream, folder: mkdtempSync(join(folder, 'contestant-')), port: await freePort() };
    contenders.push(await contend(contestant, place));
  }
  for (let window = 0; window < WINDOWS; window++) {
    for (const { is, clients, costs } of contenders) costs.push(await costOf(is, clients, CALLS));
  }
  for (const { is, clients } of contenders) {
    clients.close();
    await is.stop();
  }
  await stop(upstream.child);
  rmSync(folder, { recursive: true, force: true });
  return judged(contenders, beforeRegister);
}

async function contend(contestant: Contestant, place: Parameters<Contestant['start']>[0]): Promise<Contender> {
  const is = await contestant.start(place);
  const pid = is.pid as number;
  // Until it has got ready for a first call.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const idleMiB = memoryMiB(pid).now;
  const before = descriptors(pid);
  const clients = await crowd(is, AT_ONCE);
  await clients.call(WARM);
  const opened = (descriptors(pid) - before) / AT_ONCE;
  return { name: contestant.name, is, clients, idleMiB, descriptors: opened, costs: [] };
}

function judged(contenders: readonly Contender[], beforeRegister: number): { table: string; failures: string[] } {
  const [base, ...sensors] = contenders as [Contender, ...Contender[]];
  const failures: string[] = [];
  const rows = LIMITS.map(({ what, unit, budget, of }) => {
    const cells = sensors.map((sensor) => {
      const value = of(sensor, base);
      if (value > budget * TOLERANCE) {
        failures.push(`${sensor.name}: ${what} is ${value.toFixed(2)} ${unit}, more than ${TOLERANCE} times ${budget}`);
      }
      return value.toFixed(2);
    });
    return `| ${what} | ${unit} | ≤ ${budget} | ${cells.join(' | ')} |`;
  });
  if (beforeRegister > BEFORE_REGISTER) {
    failures.push(`${beforeRegister} bytes are loaded before register, budget ${BEFORE_REGISTER}`);
  }
  const loaded = (beforeRegister / 1_024).toFixed(1);
  const head = `| what | unit | | ${sensors.map(({ name }) => name).join(' | ')} |\n|---|---|---|${'---|'.repeat(sensors.length)}`;
  return { table: `${head}\n${rows.join('\n')}\nLoaded before \`register\`: ${loaded} KiB (budget 150).`, failures };
}
