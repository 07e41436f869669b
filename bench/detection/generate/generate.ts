import type { Call } from '../../../baseline/call.ts';
import type { Attack, Label, LabelledSet } from '../labelled-set.ts';
import { attacks } from './attacks.ts';
import { functions, type SampleFunction, TRAINING_DAYS, worldOf } from './functions.ts';
import { Invocation, type Made } from './invocation.ts';
import { Random } from './random.ts';

const START = Date.UTC(2026, 4, 18);
const DAY = 86_400_000;
/** Instances of each scenario. */
const INSTANCES = 3;

/**
 * A labelled set of its own: eight functions over four weeks, the last two with attacks, new tenants, new customers and a deployment. Synthetic, and
 * made by the same people as the detectors: it shows what breaks, not how good they are in the world.
 */
export function generate(seed: number): LabelledSet {
  const random = new Random(seed);
  const world = worldOf(random);
  const labels = new Map<string, Label>();
  const instances = new Map<string, Attack>();
  const made: Made[] = [];
  const plans = plan(random, instances);
  for (const sample of functions) {
    let environment = random.hex(8);
    let key = 'ASIA';
    for (let day = 0; day < 2 * TRAINING_DAYS; day++) {
      const starts = Array.from(
        { length: Math.max(1, random.poisson(sample.perDay)) },
        () => START + day * DAY + hour(random, sample),
      ).sort((a, b) => a - b);
      for (const time of starts) {
        const cold = key === 'ASIA' || random.chance(0.04);
        if (cold) {
          environment = random.hex(8);
          key = `ASIA${random.text(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
        }
        const version = day >= 20 && sample.name === 'fraud-score' ? '8' : '7';
        const at = new Invocation(random, time, day, cold, {
          function: sample.name,
          version,
          environment,
          invocation: random.uuid(),
          ownAccessKeyId: key,
        });
        sample.run(at, world);
        if (version === '8')
          at.aws(
            'sqs',
            'SendMessage',
            [`arn:aws:sqs:us-west-2:210987654321:score-audit`],
            {},
            { novelty: 'deployment' },
          );
        for (const due of plans) {
          if (due.function !== sample.name || due.left === 0 || time < due.from) continue;
          due.left--;
          const before = at.made.length;
          due.add(at, due.attack, world);
          // The attacker's code runs before the handler, after it, or between
          if (random.chance(0.4)) at.made.splice(random.int(1, before), 0, ...at.made.splice(before));
          due.from = time + random.int(0, 3_600_000) * (due.left > 0 ? 1 : 0);
        }
        made.push(...inOrder(at.made));
      }
    }
  }
  made.sort((a, b) => (a.call.time! < b.call.time! ? -1 : 1));
  const train: Call[] = [];
  const test: Call[] = [];
  for (const [i, { call, attack, novelty }] of made.entries()) {
    const numbered = { ...call, id: `${i}` };
    (Date.parse(call.time!) < START + TRAINING_DAYS * DAY ? train : test).push(numbered);
    if (attack !== null || novelty !== null) labels.set(`${i}`, { attack, novelty });
  }
  return { name: `generated set, seed ${seed}`, train, test, labels, attacks: instances };
}

interface Due {
  readonly function: string;
  readonly attack: string;
  readonly add: (typeof attacks)[number]['add'];
  from: number;
  left: number;
}

function plan(random: Random, instances: Map<string, Attack>): Due[] {
  const due: Due[] = [];
  for (const { scenario, tier, in: where, invocations, add } of attacks) {
    for (let i = 0; i < INSTANCES; i++) {
      const name = random.pick(where);
      const attack = `${scenario}#${i}`;
      instances.set(attack, { attack, scenario, tier, function: name });
      due.push({
        function: name,
        attack,
        add,
        from: START + (TRAINING_DAYS + random.next() * (TRAINING_DAYS - 3)) * DAY,
        left: invocations,
      });
    }
  }
  return due;
}

/** Times again in the order of the calls, after some were moved. */
function inOrder(made: readonly Made[]): Made[] {
  const times = made.map(({ call }) => call.time!).sort();
  return made.map((one, i) => ({ ...one, call: { ...one.call, time: times[i]! } }));
}

/** More by day than by night; a few times a day means always the same hours. */
function hour(random: Random, sample: SampleFunction): number {
  if (sample.perDay <= 24) return Math.floor(random.next() * 24) * 3_600_000 + random.int(0, 20_000);
  return Math.floor((random.chance(0.8) ? 7 + 13 * random.next() : 24 * random.next()) * 3_600_000);
}
