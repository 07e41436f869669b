import type { Call } from '../../baseline/call.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument, FunctionBaseline } from '../../baseline/model/document.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { dynamoDbStore } from '../../baseline/store/dynamodb.ts';
import { createFleet } from '../../baseline/store/fleet.ts';
import type { Send } from '../../baseline/store/key-value.ts';
import { createEnvironment, type Environment, noPauses } from './environment.ts';
import { asOlder } from './older.ts';
import { type Life, livesOf } from './plan.ts';
import { createRandom, type Random } from './random.ts';
import { Table, type Units } from './table.ts';
import { callsPerInvocation, createWorkload } from './workload.ts';

/** What came of one function. */
export interface Result {
  readonly function: string;
  /** Why the merged baseline is not what one learner of all calls has; null where it is. */
  readonly differs: string | null;
  readonly calls: number;
  readonly invocations: number;
  readonly environments: readonly Traffic[];
  /** Calls that died with environments which crashed. */
  readonly callsLost: number;
  readonly crashes: number;
  readonly older: number;
  /** Documents that no store took and that went to the log. */
  readonly logged: number;
  readonly aggregations: number;
  readonly aggregationsCut: number;
  /** Estimated invocations against true ones, as a ratio; 1 where they are exact. */
  readonly counted: number;
  readonly units: Units;
  readonly items: number;
  readonly bytes: number;
  /** Bytes of the candidate's item: what a sensor that judges would load. */
  readonly candidate: number;
}

/** Requests of one environment. */
export interface Traffic {
  readonly ordinal: number;
  readonly reads: number;
  readonly writes: number;
}

const TICK = 15 * 60_000;
/** What happens within so many milliseconds happens at once. */
const MOMENT = 5_000;

/** One function's month, from nothing learned. Everything but the clock, the table and the calls is the product's own code. `trouble`: so many times the usual faults. */
export async function simulate(
  fn: string,
  count: number,
  callsPerEnvironment: number,
  seed: number,
  trouble = 1,
): Promise<Result> {
  const random = createRandom(seed);
  const workload = createWorkload(fn, random);
  const lives = livesOf(fn, count, callsPerEnvironment / callsPerInvocation(workload), random);
  const rare = 0.005 * trouble;
  const faults = { random, throttled: 0.02, lost: rare, late: rare, twice: rare };
  const table = new Table(faults);
  const omniscient = createLearner();
  const olderOmniscient = createLearner();
  const logged: BaselineDocument[] = [];
  const again: BaselineDocument[] = [];
  let now = 0;
  let calls = 0;
  let invocations = 0;
  let arrivedInvocations = 0;
  let lost = 0;
  let crashes = 0;
  let aggregations = 0;
  let aggregationsCut = 0;
  const traffic: Traffic[] = [];

  const arrivals = {
    arrived(own: readonly Call[], life: Life) {
      let last: string | null = null;
      for (const call of own) {
        if (call.invocation !== last) arrivedInvocations++;
        last = call.invocation;
        (life.older ? olderOmniscient : omniscient).observe(call);
      }
    },
    logged: (document: BaselineDocument) => void logged.push(document),
    handedIn: (document: BaselineDocument) => void (random.chance(0.05) && again.length < 50 && again.push(document)),
  };

  async function invoke(environment: Environment, at: number): Promise<void> {
    now = at;
    const { life } = environment;
    environment.reporter.maybe(random.chance(0.9) ? 'live' : null);
    invocations++;
    const invocation = `${life.name}-i${invocations}`;
    const who = { function: fn, version: life.version, environment: life.name, invocation, time: at + life.skew };
    const made = workload.invoke(who, random);
    calls += made.length;
    environment.observe(made);
  }

  async function end(environment: Environment): Promise<void> {
    const { life, requests } = environment;
    if (life.crashes && !environment.uncertain()) {
      crashes++;
      lost += environment.missing().length;
    } else {
      await environment.reporter.last();
      environment.reporter.abandon();
    }
    traffic.push({ ordinal: life.ordinal, ...requests });
  }

  /** A run of the scheduled function; some are cut off, some run twice, some at the same time. */
  async function aggregate(faulty: boolean): Promise<void> {
    const run = async (send: Send) => {
      aggregations++;
      const skew = faulty ? (random.next() - 0.5) * 60_000 : 0;
      await createFleet(dynamoDbStore('baselines', send, noPauses(random.next)), () => now + skew).aggregate();
    };
    if (!faulty) return run(table.send);
    if (random.chance(0.1)) {
      aggregationsCut++;
      await run(cutOff(table.send, random)).catch(() => undefined);
      return;
    }
    const runs = random.chance(0.1) ? [run(table.send), run(table.send)] : [run(table.send)];
    await Promise.all(runs.map((one) => one.catch(() => undefined)));
  }

  const waiting = [...lives];
  let active: { environment: Environment; next: number }[] = [];
  for (
    let tick = Math.floor(lives[0]!.invocations[0]! / TICK) * TICK;
    active.length + waiting.length > 0;
    tick += TICK
  ) {
    if (active.length === 0) tick = Math.max(tick, Math.floor(waiting[0]!.invocations[0]! / TICK) * TICK);
    // A quarter of an hour now and then in which the table takes next to nothing.
    faults.throttled = random.chance(0.01) ? 0.9 : 0.02;
    const until = tick + TICK;
    while (waiting.length > 0 && waiting[0]!.invocations[0]! < until) {
      const environment = createEnvironment(fn, waiting.shift()!, table.send, () => now, arrivals);
      active.push({ environment, next: 0 });
    }
    for (const events of moments(active, until)) {
      for (const { entry, at } of events.filter(({ entry }) => entry.next < entry.environment.life.invocations.length))
        await invoke(entry.environment, at).then(() => entry.next++);
      // What was begun meanwhile goes on side by side, and ends before the next moment.
      const ending = events.filter(({ entry, at }) => at === entry.environment.life.end);
      for (const { at } of ending) now = at;
      await Promise.all(ending.map(({ entry }) => end(entry.environment)));
      await new Promise(setImmediate);
    }
    active = active.filter(({ environment }) => environment.life.end >= until);
    now = until;
    await aggregate(true);
  }

  table.settle();
  const clean = new Table(null);
  for (const [key, item] of table.items) clean.items.set(key, item);
  const fleet = createFleet(dynamoDbStore('baselines', clean.send), () => now);
  await fleet.aggregate();
  await fleet.aggregate();
  const candidate = await fleet.candidate(fn);
  // Logs are read back, and what was handed in long ago comes once more.
  const parts = [...(candidate === null ? [] : [candidate]), ...logged, ...again].map((document) => ({
    format: document.format,
    functions: { [fn]: Object.values(document.functions)[0]! },
  }));
  const merged = mergeBaselines(parts).functions[fn] ?? null;
  const older = olderOmniscient.document();
  const whole = mergeBaselines([
    omniscient.document(),
    ...(Object.keys(older.functions).length === 0 ? [] : [asOlder(older)]),
  ]).functions[fn];
  const estimate = typeof merged?.invocations === 'object' ? merged.invocations[0] : 0;
  return {
    function: fn,
    differs: difference(merged, whole ?? null),
    calls,
    invocations,
    environments: traffic,
    callsLost: lost,
    crashes,
    older: lives.filter((life) => life.older).length,
    logged: logged.length,
    aggregations,
    aggregationsCut,
    counted: arrivedInvocations === 0 ? 1 : estimate / arrivedInvocations,
    units: table.used,
    items: clean.items.size,
    bytes: clean.bytes,
    candidate: clean.bytes,
  };
}

/** What happens until then, moment by moment, each in order of time. */
function moments(active: readonly { environment: Environment; next: number }[], until: number) {
  const events: { entry: (typeof active)[number]; at: number }[] = [];
  for (const entry of active) {
    const { invocations, end } = entry.environment.life;
    for (let i = entry.next; i < invocations.length && invocations[i]! < until; i++)
      events.push({ entry, at: invocations[i]! });
    if (end < until) events.push({ entry, at: end });
  }
  events.sort((a, b) => a.at - b.at);
  const grouped: (typeof events)[] = [];
  for (const event of events) {
    const last = grouped.at(-1);
    if (last !== undefined && event.at - last[0]!.at < MOMENT) last.push(event);
    else grouped.push([event]);
  }
  return grouped;
}

/** A run that dies after some of its requests. */
function cutOff(send: Send, random: Random): Send {
  let left = 1 + random.below(12);
  return (request) => (left-- > 0 ? send(request) : Promise.reject(new Error('cut off')));
}

/** The one difference that is allowed: when the last call was, within the same day. */
function difference(merged: FunctionBaseline | null, whole: FunctionBaseline | null): string | null {
  if (merged === null || whole === null) return merged === whole ? null : 'one of them is empty';
  const text = ({ to, ...rest }: FunctionBaseline) => JSON.stringify({ ...rest, to: to?.slice(0, 10) ?? null });
  const [a, b] = [text(merged), text(whole)];
  if (a === b) return null;
  let at = 0;
  while (a[at] === b[at]) at++;
  return `at ${at}: ${a.slice(Math.max(0, at - 60), at + 40)} | ${b.slice(Math.max(0, at - 60), at + 40)}`;
}
