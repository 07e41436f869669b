import { type Environment, Invocation, type Made } from './invocation.ts';
import type { FunctionModel, World } from './world.ts';

/** One invocation that is over. */
export interface Ran {
  readonly id: string;
  readonly function: string;
  readonly environment: Environment;
  readonly cold: boolean;
  readonly started: number;
  made: Made[];
}

const CANARY_HOURS = 6;

/** Runs a function through its four weeks: an arrival takes an environment that is free and warm, else a cold one of the version that is live. */
export function runAll(world: World, model: FunctionModel): Ran[] {
  const { chance } = world;
  const ran: Ran[] = [];
  let pool: Environment[] = [];
  for (const time of model.arrivals) {
    pool = pool.filter((it) => time - it.idleFrom < 25 * 60_000 && time - it.born < 4 * 3_600_000 && stays(it, time));
    let environment = pool.find((it) => it.idleFrom <= time);
    const cold = environment === undefined;
    if (environment === undefined) {
      environment = {
        id: chance.hex(12),
        own: { accessKeyId: chance.accessKey(), account: world.aws.account },
        version: versionAt(time),
        born: time,
        memory: new Map(),
        idleFrom: time,
      };
      pool.push(environment);
    }
    const invocation = new Invocation(world, time, environment, cold);
    model.handle(invocation);
    environment.idleFrom = invocation.now + chance.between(1, 30);
    ran.push({ id: chance.uuid(), function: model.name, environment, cold, started: time, made: invocation.made });
  }
  return ran;

  /** Environments of an old version are retired when the next has been rolled out. */
  function stays(it: Environment, time: number): boolean {
    return it.version === live(time) || it.version === live(time - CANARY_HOURS * 3_600_000);
  }
  function live(time: number): string {
    return String(1 + (model.deployments ?? []).filter((day) => time >= deployed(day)).length);
  }
  /** Working hours. */
  function deployed(day: number): number {
    return world.start + (day + 0.4) * 86_400_000;
  }
  function versionAt(time: number): string {
    const before = live(time - CANARY_HOURS * 3_600_000);
    return live(time) === before || chance.often(0.1) ? live(time) : before;
  }
}
