import type { Call } from '../../../baseline/call.ts';
import type { Attack, Label, LabelledSet } from '../labelled-set.ts';
import type { SampleAttack } from './attacks/attack.ts';
import { attacks } from './attacks.ts';
import { functionsOf, type Half } from './functions.ts';
import { Invocation, type Made } from './invocation.ts';
import { Random } from './random.ts';
import { type SampleFunction, TRAINING_DAYS, type World } from './sample.ts';
import { worldOf } from './world.ts';

const START = Date.UTC(2026, 4, 18);
const DAY = 86_400_000;
/** Instances of each scenario. */
const INSTANCES = 3;
/** Share of invocations that a new version gets on its first day. */
const CANARY = 0.1;

/**
 * A labelled set of its own: functions over four weeks, the last two with attacks and with what changes in an honest life: deployments, campaigns, back-fills,
 * new tenants and customers, outages. Synthetic, and made by the same people as the detectors: it shows what breaks, not how good they are in the
 * world. The held-out half has other functions and other attacks, whose figures are looked at rarely.
 */
export function generate(seed: number, half: Half = 'open'): LabelledSet {
  const random = new Random(seed);
  const world = worldOf(random);
  const instances = new Map<string, Attack>();
  const made: Made[] = [];
  const functions = functionsOf(half, random);
  for (const sample of functions) {
    const plans = plan(random, half, functions).filter(({ function: name }) => name === sample.name);
    for (const one of life(random, sample, world, plans, instances)) made.push(one);
  }
  made.sort((a, b) => (a.call.time! < b.call.time! ? -1 : a.call.time! > b.call.time! ? 1 : 0));
  const labels = new Map<string, Label>();
  const train: Call[] = [];
  const test: Call[] = [];
  for (const [i, { call, attack, novelty }] of made.entries()) {
    (Date.parse(call.time!) < START + TRAINING_DAYS * DAY ? train : test).push({ ...call, id: `${i}` });
    if (attack !== null || novelty !== null) labels.set(`${i}`, { attack, novelty });
  }
  return { name: `generated set (${half}), seed ${seed}`, train, test, labels, attacks: instances };
}

/** One function's calls, invocation by invocation. */
function life(
  random: Random,
  sample: SampleFunction,
  world: World,
  plans: Due[],
  instances: Map<string, Attack>,
): Made[] {
  const made: Made[] = [];
  let environment = random.hex(8);
  let key: string | null = null;
  for (let day = 0; day < 2 * TRAINING_DAYS; day++) {
    for (const time of starts(random, sample, day)) {
      const cold: boolean = key === null || random.chance(0.04);
      if (cold || key === null) {
        environment = random.hex(8);
        key = `ASIA${random.text(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
      }
      const deployed = sample.deployedOn ?? Number.POSITIVE_INFINITY;
      const at = new Invocation(random, time, day, cold, {
        function: sample.name,
        version: day > deployed || (day === deployed && random.chance(CANARY)) ? '8' : '7',
        environment,
        invocation: random.uuid(),
        ownAccessKeyId: key,
      });
      sample.run(at, world);
      if (at.made.length > 0) for (const due of plans) strike(random, due, at, world, instances);
      made.push(...inOrder(at.made));
    }
  }
  return made;
}

interface Due {
  readonly function: string;
  readonly attack: string;
  readonly scenario: SampleAttack;
  from: number;
  left: number;
}

function plan(random: Random, half: Half, functions: readonly SampleFunction[]): Due[] {
  const due: Due[] = [];
  for (const scenario of attacks) {
    if (half === 'random' ? scenario.half === 'unseen' : scenario.half !== half) continue;
    for (const sample of functions) {
      due.push({
        function: sample.name,
        attack: `${scenario.scenario}#${sample.name}${half === 'random' ? ` (${scenario.half})` : ''}`,
        scenario,
        from: START + (TRAINING_DAYS + random.next() * (TRAINING_DAYS - 3)) * DAY,
        left: scenario.invocations ?? 1,
      });
    }
  }
  return due;
}

function strike(random: Random, due: Due, at: Invocation, world: World, instances: Map<string, Attack>): void {
  if (due.left === 0 || at.time < due.from) return;
  const { scenario, tier } = due.scenario;
  if (!instances.has(due.attack) && instancesOf(instances, scenario) >= INSTANCES) return;
  // The attacker's calls must not hide in those of another one
  if (at.made.some(({ attack }) => attack !== null && attack !== due.attack)) return;
  const before = at.made.length;
  if (!due.scenario.add(at, due.attack, world)) return;
  instances.set(due.attack, { attack: due.attack, scenario, tier, function: due.function });
  due.left--;
  // His code runs before the handler, after it, or between
  if (at.made.length > before && random.chance(0.4))
    at.made.splice(random.int(0, before), 0, ...at.made.splice(before));
  due.from = at.time + random.int(0, 3_600_000) * (due.left > 0 ? 1 : 0);
}

function instancesOf(instances: ReadonlyMap<string, Attack>, scenario: string): number {
  let count = 0;
  for (const one of instances.values()) if (one.scenario === scenario) count++;
  return count;
}

/** Times again in the order of the calls, after some were moved. */
function inOrder(made: readonly Made[]): Made[] {
  const times = made.map(({ call }) => call.time!).sort();
  return made.map((one, i) => ({ ...one, call: { ...one.call, time: times[i]! } }));
}

/** More by day than by night; a few times a day means always the same hours. */
function starts(random: Random, sample: SampleFunction, day: number): number[] {
  const base = START + day * DAY;
  if (sample.perDay <= 24)
    return Array.from(
      { length: sample.perDay },
      (_, i) => base + Math.floor((i * 24) / sample.perDay) * 3_600_000 + random.int(0, 20_000),
    );
  const count = Math.max(1, random.poisson(sample.perDay * (sample.rush?.[day] ?? 1)));
  return Array.from({ length: count }, () =>
    Math.floor(base + (random.chance(0.8) ? 7 + 13 * random.next() : 24 * random.next()) * 3_600_000),
  ).sort((a, b) => a - b);
}
