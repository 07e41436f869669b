import type { Chance } from '../chance.ts';
import type { Invocation } from '../invocation.ts';
import { EVENING, type FunctionModel, GLOBE, OFFICE, type World } from '../world.ts';
import { type Item, metrics, readFolder, STEPS, type Step } from './steps.ts';

/** Functions that nobody wrote: a trigger, what a cold start needs, a flow of steps, a rare branch, and what changes in the test part. */
export function drawFunctions(world: World, count: number): FunctionModel[] {
  const names = world.chance.some(
    ['sync', 'score', 'render', 'ingest', 'settle', 'match', 'route', 'enrich'].flatMap((verb) =>
      ['orders', 'claims', 'meters', 'tickets', 'leads', 'invoices', 'feeds'].map(
        (noun) => `${world.company}-${verb}-${noun}`,
      ),
    ),
    count,
  );
  return names.map((name, i) => drawFunction(world, name, i));
}

function drawFunction(world: World, name: string, i: number): FunctionModel {
  const { chance, aws } = world;
  const trigger = drawTrigger(world, i);
  const [first, ...others] = chance
    .some(STEPS, chance.whole(3, 7))
    .map((draw) => ({ step: draw(world, name), each: draw !== readFolder && chance.often(0.6) }));
  const flow = [first!, ...others.slice(0, -1)];
  const branch = { step: others.at(-1)!.step, how: chance.pick([0.02, 0.2, 0.5]) };
  const rare = { step: chance.pick(STEPS)(world, `${name}-rare`), how: chance.between(0.002, 0.01) };
  const cold = drawColdStart(world, name);
  const known = (day: number) => Math.ceil(tenants.length * (0.7 + day / 100));
  const tenants = Array.from({ length: chance.whole(8, 40) }, () => `t${chance.digits(5)}`);
  const change = drawChange(world, name, flow);
  const batch = trigger.queue ? chance.between(0.8, 1.6) : null;
  return {
    name,
    arrivals: trigger.arrivals,
    ...(change.day === null ? {} : { deployments: [chance.whole(2, 9), change.day] }),
    handle(it) {
      cold(it);
      const items: Item[] = Array.from({ length: batch === null ? 1 : chance.tail(1, batch, 10) }, () => ({
        // A new tenant every few days.
        tenant: chance.zipf(tenants.slice(0, known(it.day))),
        id: chance.uuid(),
      }));
      const take = (step: Step, each: boolean) => {
        for (const item of each ? items : items.slice(0, 1)) {
          if (tenants.indexOf(item.tenant) < known(13)) step(it, item);
          else it.novel('new-client', () => step(it, item));
        }
      };
      change.around(it, (instead) => {
        for (const [i, { step, each }] of flow.entries()) {
          if (instead !== undefined && i === flow.length - 1) instead();
          else take(step, each);
          if (chance.often(rare.how)) return it.novel('error-path', () => rare.step(it, items[0]!));
        }
        if (chance.often(branch.how)) take(branch.step, false);
      });
      if (batch !== null)
        it.call(
          aws.to('sqs', 'DeleteMessageBatch', aws.arn('sqs', `${name}-in`), {
            action: 'DeleteMessage',
            items: items.length,
          }),
        );
    },
  };
}

/** The first few are of every kind, so that no seed is without a schedule; the others as it falls. */
function drawTrigger(world: World, i: number): { arrivals: number[]; queue: boolean } {
  const { chance } = world;
  const minute = chance.whole(0, 59);
  const hours = Array.from({ length: 24 }, (_, hour) => hour * 60 + minute);
  const scheduled = (arrivals: number[]) => ({ arrivals, queue: false });
  switch (i < 5 ? i : chance.whole(0, 14)) {
    case 0:
      return scheduled(world.schedule(hours));
    case 1:
      return scheduled(world.schedule([chance.whole(0, 6) * 60 + minute], (weekday) => weekday % 6 !== 0));
    case 2:
      return scheduled(world.schedule(Array.from({ length: 96 }, (_, quarter) => quarter * 15)));
    case 3:
      return scheduled(world.schedule([minute, 12 * 60 + minute]));
    default: {
      const perDay = Math.exp(chance.between(Math.log(6), Math.log(150)));
      return {
        arrivals: world.demand(perDay, chance.pick([OFFICE, EVENING, GLOBE]), chance.between(0.8, 1.6)),
        queue: chance.often(0.4),
      };
    }
  }
}

function drawColdStart(world: World, name: string): (it: Invocation) => void {
  const { aws, chance } = world;
  const parameter = aws.arn('ssm', `parameter/${name}/settings`);
  const kinds: ((it: Invocation) => void)[] = [
    (it) => it.call(aws.to('ssm', 'GetParameter', parameter)),
    (it) => it.call(aws.to('secretsmanager', 'GetSecretValue', aws.arn('secretsmanager', `secret:${name}/key-Ab12Cd`))),
    (it) => it.call(aws.egress('login.microsoftonline.com', { out: 1500, in: 3800 })),
  ];
  const mine = chance.some(kinds, chance.whole(0, 2));
  const ttl = chance.pick([null, null, 600_000]);
  return (it) => {
    if (it.cold || (ttl !== null && mine.length > 0 && it.expired('start', ttl))) for (const act of mine) act(it);
  };
}

interface Change {
  readonly day: number | null;
  /** Runs the flow, with something in place of its last step where that is given. */
  around(it: Invocation, flow: (instead?: () => void) => void): void;
}

/** What legitimately changes in the test part: nothing, a version with a further or another step, work that is made up for. */
function drawChange(world: World, name: string, flow: readonly { step: Step }[]): Change {
  const { chance } = world;
  const day = chance.whole(15, 23);
  const again = chance.pick(flow).step;
  const added = chance.pick<Step>([metrics(world, name), chance.pick(STEPS)(world, `${name}-next`)]);
  const item = (c: Chance): Item => ({ tenant: 't00001', id: c.uuid() });
  return chance.pick<Change>([
    { day: null, around: (_, run) => run() },
    {
      day,
      around: (it, run) => {
        run();
        if (it.version >= 3) it.novel('deployment', () => added(it, item(chance)));
      },
    },
    {
      day,
      // What was written to one place is written to another.
      around: (it, run) =>
        run(it.version >= 3 ? () => it.novel('deployment', () => added(it, item(chance))) : undefined),
    },
    {
      day: null,
      // Work that had been left behind is done again, some hours long.
      around: (it, run) => {
        run();
        if (it.day === day && it.date.getUTCHours() > 8 && it.date.getUTCHours() < 14)
          it.novel('backfill', () => {
            for (let n = 0; n < 5; n++) again(it, item(chance));
          });
      },
    },
  ]);
}
