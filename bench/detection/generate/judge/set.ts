import { type Instance, intrude } from './intrude.ts';
import type { Made } from './invocation.ts';
import type { Scenario } from './scenario.ts';
import { type Ran, runAll } from './traffic.ts';
import type { FunctionModel, World } from './world.ts';

/** What the examiner asks in one sitting. */
export interface Round {
  world(seed: number, scale: number): World;
  functions(world: World): FunctionModel[];
  readonly scenarios: readonly Scenario[];
  /** Instances of a scenario. */
  readonly each: number;
  /** Records as the development set has them: in order to the millisecond, without durations. */
  readonly plain?: boolean;
}

/** A labelled set in the form of the development set. */
export interface Set {
  readonly train: readonly object[];
  readonly test: readonly object[];
  readonly labels: readonly object[];
  readonly functions: readonly string[];
  readonly instances: readonly Instance[];
}

/** `scale` is the share of the demand that is served: of a tenth of the traffic a tenth of the time is spent. */
export function generateSet(round: Round, seed: number, scale = 1): Set {
  const world = round.world(seed, scale);
  const byFunction = new Map(round.functions(world).map((model) => [model.name, runAll(world, model)]));
  const instances = intrude(world, byFunction, round.scenarios, round.each);
  const calls = [...byFunction.values()]
    .flat()
    .flatMap((ran) =>
      ran.made.map((made) => ({ ran, made, order: made.time + (round.plain ? 0 : world.chance.next() * 4) })),
    )
    // Records of many environments come together a little out of order.
    .sort((a, b) => a.order - b.order);
  const known = new Set(calls.filter(({ ran }) => !world.isTest(ran.started)).map(({ ran, made }) => thing(ran, made)));
  const train: object[] = [];
  const test: object[] = [];
  const labels: object[] = [];
  for (const [id, { ran, made }] of calls.entries()) {
    const isTest = world.isTest(ran.started);
    (isTest ? test : train).push(record(String(id), ran, made, round));
    if (!isTest) continue;
    const novelty = made.novelty ?? (made.attack === null && !known.has(thing(ran, made)) ? 'rare-path' : null);
    labels.push({ id: String(id), label: made.attack === null ? 'benign' : 'attack', attack: made.attack, novelty });
  }
  return { train, test, labels, functions: [...byFunction.keys()].sort(), instances };
}

/** What a scope is made of: an action on a bucket, a table, a key; a host. What training never showed of it is new, however ordinary it is to the team. */
function thing(ran: Ran, { ask }: Made): string {
  const on = ask.access.map(({ action, resources }) => `${action} ${resources.map((it) => scopeOf(ask.service, it))}`);
  return `${ran.function} ${ask.region} ${ask.service === null ? ask.host : on}`;
}

/** Objects, connections, topics, phones and schedules come by the thousand: their scope is what they lie in. A snapshot's is what it was taken of. */
export function scopeOf(service: string | null, resource: string): string {
  if (service === 's3') return resource.split('/')[0]!;
  if (resource.includes(':snapshot:')) return resource.replace(/\d{4}-\d\d-\d\d$/, '');
  const isOneOfMany = /^(execute-api|iot|scheduler)$/.test(service ?? '') || resource.includes(':endpoint/');
  return isOneOfMany ? resource.split('/').slice(0, -1).join('/') : resource;
}

function record(id: string, ran: Ran, { ask, time }: Made, { plain }: Round): object {
  const { own, version, id: environment } = ran.environment;
  const signer = ask.service === null ? null : (ask.as ?? own);
  return {
    id,
    time: new Date(time).toISOString(),
    function: ran.function,
    version,
    environment,
    invocation: ran.id,
    service: ask.service,
    operation: ask.operation,
    access: ask.access,
    region: ask.region,
    account: signer?.account ?? null,
    accessKeyId: signer?.accessKeyId ?? null,
    ownAccessKeyId: own.accessKeyId,
    ...(ask.issues === undefined || (ask.status ?? 200) >= 300 ? {} : { issuedAccessKeyId: ask.issues }),
    ...(ask.prefix === undefined ? {} : { prefix: ask.prefix }),
    host: ask.host,
    items: ask.items,
    bytesOut: ask.out,
    bytesIn: ask.in,
    status: ask.status ?? 200,
    errorCode: ask.errorCode ?? null,
    ...(plain ? {} : { durationMs: Math.round(ask.ms * 10) / 10 }),
  };
}
