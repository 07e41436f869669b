import { beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { readCall } from '../../../baseline/read-call.ts';
import { fifth } from '../../../bench/detection/generate/judge/fifth.ts';
import { first } from '../../../bench/detection/generate/judge/first.ts';
import { fourth } from '../../../bench/detection/generate/judge/fourth.ts';
import type { Instance } from '../../../bench/detection/generate/judge/intrude.ts';
import { second } from '../../../bench/detection/generate/judge/second.ts';
import { generateSet, type Set as Labelled, scopeOf } from '../../../bench/detection/generate/judge/set.ts';
import { seventh } from '../../../bench/detection/generate/judge/seventh.ts';
import { sixth } from '../../../bench/detection/generate/judge/sixth.ts';
import { third } from '../../../bench/detection/generate/judge/third.ts';

interface Label {
  id: string;
  attack: string | null;
  novelty: string | null;
}

/** What a scope is made of: actions on buckets, tables, keys; hosts. */
const things = (call: Call): string[] =>
  call.service === null
    ? [String(call.host)]
    : call.access.flatMap(({ action, resources }) => resources.map((it) => `${action} ${scopeOf(call.service, it)}`));

describe.each([
  ['first', first],
  ['second', second],
  ['third', third],
  ['fourth', fourth],
  ['fifth', fifth],
  ['sixth', sixth],
  ['seventh', seventh],
])('the examiner’s %s round', (_, round) => {
  let set: Labelled;
  let train: Call[];
  let test: Call[];
  let labels: Map<string, Label>;
  let known: Set<string>;
  let issued: Set<string>;
  /** Those of benign calls are not kept. */
  let byAttack: Map<string | null, Call[]>;

  beforeAll(() => {
    set = generateSet(round, 3, 0.15);
    train = set.train.map(readCall);
    test = set.test.map(readCall);
    labels = new Map((set.labels as Label[]).map((label) => [label.id, label]));
    issued = new Set([...train, ...test].map((call) => `${call.environment} ${call.issuedAccessKeyId}`));
    byAttack = new Map();
    for (const call of test) {
      const { attack } = labels.get(call.id!)!;
      byAttack.set(attack, [...(attack === null ? [] : (byAttack.get(attack) ?? [])), call]);
    }
    known = new Set(train.flatMap((call) => things(call).map((thing) => `${call.function} ${thing}`)));
  });

  const callsOf = ({ attack }: Instance) => byAttack.get(attack) ?? [];
  const isForeign = ({ environment, accessKeyId, ownAccessKeyId }: Call) =>
    accessKeyId !== null && accessKeyId !== ownAccessKeyId && !issued.has(`${environment} ${accessKeyId}`);
  const ofTier = (tier: string) => set.instances.filter((instance) => instance.tier === tier);
  const isNew = (call: Call) => things(call).some((thing) => !known.has(`${call.function} ${thing}`));

  it('is the same set for the same seed and another for another', () => {
    const text = (seed: number) => JSON.stringify(generateSet(round, seed, 0.01));
    const three = text(3);
    expect(text(3) === three).toBe(true);
    expect(text(4) === three).toBe(false);
  });

  it('has a dozen functions and forty scenarios in four tiers, each with a technique', () => {
    expect(set.functions.length).toBeGreaterThanOrEqual(12);
    expect(new Set(round.scenarios.map(({ name }) => name)).size).toBe(round.scenarios.length);
    expect(round.scenarios.length).toBeGreaterThanOrEqual(40);
    for (const tier of ['blatant', 'resource', 'volume', 'mimic']) expect(ofTier(tier).length).toBeGreaterThan(3);
    for (const { technique } of round.scenarios) expect(technique).toMatch(/^T\d{4}(\.\d{3})?(\+T\d{4}(\.\d{3})?)*$/);
  });

  it('labels every call of the test part, and every call of an attack as the list of attacks counts it', () => {
    expect([...labels.keys()]).toEqual(test.map(({ id }) => id));
    for (const instance of set.instances)
      expect([instance.attack, callsOf(instance).length]).toEqual([instance.attack, instance.calls]);
  });

  it('has records in order of time but for milliseconds', () => {
    const times = [...train, ...test].map(({ time }) => Date.parse(time!));
    const steps = times.slice(1).map((time, i) => time - times[i]!);
    expect(steps.reduce((least, step) => Math.min(least, step), 0)).toBeGreaterThan(-6);
  });

  it('runs one invocation at a time in an environment, with one key and one version', () => {
    const environments = new Map<
      string,
      { invocation: string | null; over: Set<string | null>; key: string | null; version: string | null }
    >();
    const wrong: Call[] = [];
    for (const call of [...train, ...test].sort((a, b) => Date.parse(a.time!) - Date.parse(b.time!))) {
      const { invocation, ownAccessKeyId: key, version } = call;
      const seen = environments.get(call.environment!) ?? { invocation, over: new Set(), key, version };
      environments.set(call.environment!, seen);
      if (seen.invocation !== invocation) seen.over.add(seen.invocation);
      seen.invocation = invocation;
      if (key !== seen.key || version !== seen.version || seen.over.has(invocation)) wrong.push(call);
    }
    expect(wrong).toEqual([]);
  });

  it('signs with a key that an AssumeRole of the same environment brought, but for an intruder’s', () => {
    expect([...train, ...test].filter((call) => isForeign(call) && !labels.get(call.id!)?.attack)).toEqual([]);
  });

  it('makes blatant attacks of an action, a host or a signer that the function never had', () => {
    const signers = new Set(train.map((call) => `${call.function} ${call.account}`));
    const actions = new Set(
      train.map(
        (call) => `${call.function} ${call.service}:${call.operation} ${call.service === null ? call.host : ''}`,
      ),
    );
    for (const instance of ofTier('blatant'))
      expect([
        instance.attack,
        callsOf(instance).some(
          (call) =>
            !actions.has(
              `${call.function} ${call.service}:${call.operation} ${call.service === null ? call.host : ''}`,
            ) ||
            !signers.has(`${call.function} ${call.account}`) ||
            isForeign(call),
        ),
      ]).toEqual([instance.attack, true]);
  });

  it('makes resource attacks of actions that the function has, on what it never touched', () => {
    const operations = new Set(train.map((call) => `${call.function} ${call.service}:${call.operation}`));
    const keys = new Set(train.flatMap((call) => call.access.flatMap(({ resources }) => resources)));
    const prefixes = new Set(train.map(({ prefix }) => prefix));
    const regions = new Set(train.map((call) => `${call.function} ${call.service} ${call.region}`));
    for (const instance of ofTier('resource')) {
      const calls = callsOf(instance);
      expect([
        instance.attack,
        calls.every((call) => operations.has(`${call.function} ${call.service}:${call.operation}`)),
      ]).toEqual([instance.attack, true]);
      const elsewhere = (call: Call) =>
        isNew(call) ||
        !regions.has(`${call.function} ${call.service} ${call.region}`) ||
        !prefixes.has(call.prefix) ||
        call.access.some(({ resources }) => resources.some((it) => !keys.has(it)));
      expect([instance.attack, calls.every(elsewhere)]).toEqual([instance.attack, true]);
    }
  });

  it('makes volume and mimic attacks of nothing that is new by its nature', () => {
    for (const instance of [...ofTier('volume'), ...ofTier('mimic')])
      expect([instance.attack, callsOf(instance).filter(isNew).map(things)]).toEqual([instance.attack, []]);
  });

  it('labels what training never showed as a novelty, so that nobody is asked to have known it', () => {
    for (const call of test) {
      const { attack, novelty } = labels.get(call.id!)!;
      if (attack === null && isNew(call)) expect([things(call), novelty]).not.toEqual([things(call), null]);
    }
  });
});
