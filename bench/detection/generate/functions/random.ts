import { arnOf, type Invocation } from '../invocation.ts';
import type { Random } from '../random.ts';
import { dated, known, object, queue, type SampleFunction, table, type World } from '../sample.ts';

/**
 * Functions that nobody thought of: each is drawn from the seed, what it calls, in which order, how often, with what sizes and errors. They show what detectors do
 * with work that their makers never saw.
 */
export function randomFunctions(random: Random, count: number): SampleFunction[] {
  return Array.from({ length: count }, (_, i) => randomFunction(random, i));
}

type Step = (at: Invocation, world: World) => void;

function randomFunction(random: Random, i: number): SampleFunction {
  const name = `${random.word()}-${random.word()}-${i}`;
  const always = Array.from({ length: random.int(1, 3) }, () => randomStep(random, name));
  const paths = Array.from({ length: random.int(1, 3) }, () => ({
    share: random.next(),
    steps: Array.from({ length: random.int(1, 3) }, () => randomStep(random, name)),
  }));
  const cold = random.chance(0.6) ? randomConfig(random, name) : null;
  const shuffled = random.chance(0.3);
  const seldom = random.chance(0.5) ? { share: 0.002 + 0.03 * random.next(), step: randomStep(random, name) } : null;
  return {
    name,
    perDay: random.pick([24, 48, 90, 160, 300]),
    run(at, world) {
      if (at.cold) cold?.(at, world);
      const steps = [...always];
      let chance = at.random.next();
      for (const path of paths) {
        if (chance < path.share) steps.push(...path.steps);
        chance = at.random.next();
      }
      for (const step of shuffled ? at.random.shuffled(steps) : steps) step(at, world);
      if (seldom !== null && at.random.chance(seldom.share)) seldom.step(at, world);
    },
  };
}

function randomConfig(random: Random, name: string): Step {
  const resource = random.chance(0.5)
    ? (['ssm', 'GetParameter', arnOf('ssm', `parameter/${name}/config`)] as const)
    : (['secretsmanager', 'GetSecretValue', arnOf('secretsmanager', `secret:${name}-Ab12Cd`)] as const);
  return (at) => at.aws(resource[0], resource[1], [resource[2]]);
}

/** A call, or several of its kind, with sizes that vary a little or a lot, now and then answered with an error and tried again. */
function randomStep(random: Random, name: string): Step {
  const call = randomCall(random, name);
  const more = random.chance(0.35) ? random.next() * 3 : 0;
  const errors = random.chance(0.3) ? random.next() * 0.02 : 0;
  return (at, world) => {
    for (let n = 1 + (more > 0 ? at.random.poisson(more) : 0); n > 0; n--) {
      if (at.random.chance(errors)) call(at, world, { errorCode: 'ThrottlingException', status: 400 });
      call(at, world, {});
    }
  };
}

function randomCall(random: Random, name: string): (at: Invocation, world: World, given: object) => void {
  const sigma = 0.15 + random.next();
  const size = Math.round(300 * 1000 ** random.next());
  const of = `${name}-${random.word()}`;
  const bytesOut = (at: Invocation) => ({ bytesOut: at.random.size(size, sigma) });
  const bytesIn = (at: Invocation) => ({ bytesIn: at.random.size(size, sigma) });
  const key = randomKey(random);
  return random.pick<(at: Invocation, world: World, given: object) => void>([
    (at, _, given) => at.aws('dynamodb', 'GetItem', table(of), { ...bytesIn(at), ...given }),
    (at, _, given) => at.aws('dynamodb', 'Query', table(of), { ...bytesIn(at), ...given }),
    (at, _, given) => at.aws('dynamodb', 'PutItem', table(of), { ...bytesOut(at), ...given }),
    (at, _, given) =>
      at.aws('dynamodb', 'BatchWriteItem', table(of), { items: at.random.int(1, 25), ...bytesOut(at), ...given }),
    (at, world, given) => at.aws('s3', 'GetObject', object(`${of}/${key(at, world)}`), { ...bytesIn(at), ...given }),
    (at, world, given) => at.aws('s3', 'PutObject', object(`${of}/${key(at, world)}`), { ...bytesOut(at), ...given }),
    (at, _, given) => at.aws('sqs', 'SendMessage', queue(of), { ...bytesOut(at), ...given }),
    (at, _, given) => at.aws('sns', 'Publish', [arnOf('sns', of)], { ...bytesOut(at), ...given }),
    (at, _, given) =>
      at.aws('events', 'PutEvents', [arnOf('events', `event-bus/${of}`)], { items: at.random.int(1, 4), ...given }),
    (at, _, given) => at.aws('lambda', 'Invoke', [arnOf('lambda', `function:${of}`)], { ...bytesIn(at), ...given }),
    (at, _, given) => at.aws('kms', 'Decrypt', [arnOf('kms', 'key/5d0c6f1e-7f5e-4c52-9d0e-1a2b3c4d5e6f')], given),
    (at, _, given) => at.aws('states', 'StartExecution', [arnOf('states', `stateMachine:${of}`)], given),
    (at) => at.connect(`api.${of}.com`, { ...bytesOut(at) }),
  ]);
}

/** How a program names its objects. */
function randomKey(random: Random): (at: Invocation, world: World) => string {
  const extension = random.pick(['.json', '.csv', '.jpg', '.parquet', '.gz', '']);
  const prefix = random.pick(['', 'data/', 'in/raw/']);
  return random.pick<(at: Invocation, world: World) => string>([
    (at) => `${prefix}${at.random.uuid()}${extension}`,
    (at) => `${prefix}${dated(at).join('/')}/${at.random.id(10)}${extension}`,
    (at) => `${prefix}dt=${dated(at).join('-')}/part-${at.random.int(0, 9999)}${extension}`,
    (at, world) => `${prefix}${known(at, world.tenants, 'new-tenant')}/${at.random.hex(16)}${extension}`,
    (at, world) => `${prefix}${known(at, world.numbers, 'new-tenant')}/${at.random.int(1, 9999)}${extension}`,
    (at) => `${prefix}${at.random.word()}-${at.random.int(1, 400)}${extension}`,
    () => `${prefix}current${extension}`,
    (at) => `${prefix}${at.time}${extension}`,
  ]);
}
