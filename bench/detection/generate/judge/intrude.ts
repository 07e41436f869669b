import type { Ask } from './ask.ts';
import type { Environment, Made } from './invocation.ts';
import { Profile } from './profile.ts';
import { type Scenario, type Scene, times } from './scenario.ts';
import type { Ran } from './traffic.ts';
import { DAY, type World } from './world.ts';

/** One attack that happened. */
export interface Instance {
  readonly attack: string;
  readonly scenario: string;
  readonly technique: string;
  readonly tier: string;
  readonly function: string;
  readonly calls: number;
  readonly invocations: number;
}

/** Puts attacks into what ran: each scenario into a few functions that offer themselves, never two into one invocation. */
export function intrude(
  world: World,
  byFunction: Map<string, Ran[]>,
  scenarios: readonly Scenario[],
  each: number,
): Instance[] {
  const { chance } = world;
  const instances: Instance[] = [];
  const touched = new Set<Ran>();
  const profiles = new Map(
    [...byFunction].map(([name, ran]) => [
      name,
      new Profile(
        ran.filter(({ started }) => !world.isTest(started)),
        chance,
      ),
    ]),
  );
  for (const scenario of scenarios) {
    let left = each;
    // A scenario that few functions offer themselves for comes to the same one again.
    for (const name of times(5, () => chance.some([...byFunction.keys()], byFunction.size)).flat()) {
      if (left === 0) break;
      if (profiles.get(name)!.invocations === 0) continue;
      const attack = `${scenario.name}#${instances.length}`;
      const count = scenario.spread === undefined ? 1 : chance.whole(...scenario.spread);
      let calls = 0;
      let invocations = 0;
      for (const victim of victims(byFunction.get(name)!, count, scenario.dense)) {
        const scene: Scene = { world, aws: world.aws, chance, function: name, profile: profiles.get(name)!, victim };
        const at = scenario.at?.(scene);
        const asks = at === null ? null : scenario.attack(scene);
        if (asks === null || asks.length === 0) continue;
        touched.add(victim);
        if (at !== undefined) byFunction.get(name)!.push(elsewhen(victim, at!, asks, attack));
        else if (scenario.alters) alter(victim, asks, attack);
        else insert(byFunction.get(name)!, victim, asks, attack, scenario);
        calls += asks.length;
        invocations++;
      }
      if (invocations === 0) continue;
      instances.push({
        attack,
        scenario: scenario.name,
        technique: scenario.technique,
        tier: scenario.tier,
        function: name,
        calls,
        invocations,
      });
      left--;
    }
  }
  return instances;

  /** Invocations of the test part that nobody has touched: one, or many within a few days. */
  function victims(ran: readonly Ran[], count: number, dense = false): Ran[] {
    const free = ran.filter((it) => world.isTest(it.started) && it.made.length > 0 && !touched.has(it));
    if (count === 1) return chance.some(free, 8).slice(0, 1);
    if (dense) {
      const window = Math.ceil(count / chance.between(0.5, 0.95));
      if (free.length < window) return [];
      const first = chance.whole(0, free.length - window);
      return inOrder(chance.some(free.slice(first, first + window), count));
    }
    const from = world.testStart + chance.between(0.5, 6) * DAY;
    const until = from + chance.between(3, 7) * DAY;
    const near = free.filter(({ started }) => started >= from && started < until);
    return near.length < count ? [] : inOrder(chance.some(near, count));
  }

  function insert(
    all: readonly Ran[],
    victim: Ran,
    asks: readonly Ask[],
    attack: string,
    { place, alone }: Scenario,
  ): void {
    if (alone) victim.made = victim.made.slice(0, 0);
    const index =
      place === 'start' || alone ? 0 : place === 'end' ? victim.made.length : chance.whole(0, victim.made.length);
    const before = victim.made.slice(0, index);
    const previous = before.at(-1);
    let now =
      previous === undefined
        ? victim.started + chance.between(10, 60)
        : previous.time + previous.ask.ms + chance.between(2, 60);
    const added: Made[] = [];
    for (const ask of asks) {
      added.push({ ask, time: now, novelty: null, attack });
      now += ask.ms + chance.tail(2, 1.2, 400);
    }
    // The function's own code goes on when the intruder's has ended.
    const rest = victim.made.slice(index);
    const late =
      rest.length === 0 ? 0 : Math.max(0, now - Math.min(...rest.map(({ time }) => time)) + chance.between(1, 20));
    const after = rest.map((it) => ({ ...it, time: it.time + late }));
    victim.made = [...before, ...added, ...after];
    makeRoom(all, victim.environment);
  }

  function alter(victim: Ran, asks: readonly Ask[], attack: string): void {
    for (const ask of asks) {
      const at = victim.made.findIndex(
        (it) => it.attack === null && it.ask.host === ask.host && it.ask.operation === ask.operation,
      );
      if (at >= 0) victim.made[at] = { ...victim.made[at]!, ask, attack };
    }
  }

  function elsewhen(victim: Ran, at: number, asks: readonly Ask[], attack: string): Ran {
    const own = { accessKeyId: chance.accessKey(), account: world.aws.account };
    const environment: Environment = { ...victim.environment, id: chance.hex(12), own, memory: new Map(), born: at };
    const made = asks.map((ask, i) => ({
      ask,
      time: victim.made[i]!.time - victim.started + at,
      novelty: null,
      attack,
    }));
    return { ...victim, id: chance.uuid(), environment, cold: true, started: at, made };
  }
}

const inOrder = (ran: Ran[]): Ran[] => ran.sort((a, b) => a.started - b.started);

/** An environment serves one invocation at a time: what an attack delays, delays the next. */
function makeRoom(all: readonly Ran[], environment: Environment): void {
  let free = 0;
  for (const ran of all
    .filter((it) => it.environment === environment && it.made.length > 0)
    .sort((a, b) => a.started - b.started)) {
    const late = free - ran.made[0]!.time;
    if (late > 0) ran.made = ran.made.map((made) => ({ ...made, time: made.time + late }));
    free = Math.max(...ran.made.map(({ time, ask }) => time + ask.ms)) + 1;
  }
}
