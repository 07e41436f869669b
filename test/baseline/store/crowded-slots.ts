import { gzipSync } from 'node:zlib';
import { FORMAT } from '../../../baseline/model/document.ts';
import { unitHash } from '../../../baseline/names/unit-hash.ts';

export const FN = 'resize';
export const HONEST = 9;
const MANY = 4_000;

type Baseline = Record<string, unknown>;
export const table = (name: string) => `arn:aws:dynamodb:eu-west-1:111122223333:table/${name}`;
export const named = <T>(names: readonly string[], value: T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, value]));
export const ofAction = (members: object): Baseline => ({ actions: { 's3:GetObject': members } });

/** How to fill each kind of place that has a cap: what a function tells of itself, and what it can make up. */
const FILLED: Readonly<Record<string, (names: readonly string[]) => { baseline?: Baseline; aliases?: object }>> = {
  versions: (names) => ({ baseline: { versions: named(names, 1) } }),
  accounts: (names) => ({ baseline: { accounts: named(names, 1) } }),
  actions: (names) => ({ baseline: { actions: named(names, {}) } }),
  hosts: (names) => ({ baseline: { egress: named(names, {}) } }),
  'hosts that were not reached': (names) => ({ baseline: { unreached: named(names, 1) } }),
  steps: (names) => ({
    baseline: { order: { steps: names, follows: { start: Object.fromEntries(names.map((_, at) => [`${at}`, '*'])) } } },
  }),
  'places with several things': (names) => ({ baseline: { several: named(names, '*') } }),
  'places that repeat what was named': (names) => ({ baseline: { repeats: named(names, { 0: { anew: '*' } }) } }),
  'ages of names': (names) => ({ baseline: { ages: named(names, 'd0:*') } }),
  'regions of an action': (names) => ({ baseline: ofAction({ regions: named(names, 1) }) }),
  'keys of an action': (names) => ({ baseline: ofAction({ credentials: named(names, 1) }) }),
  'errors of an action': (names) => ({ baseline: ofAction({ errors: named(names, 1) }) }),
  'resources of an action': (names) => ({ baseline: ofAction({ resources: named(names.map(table), 1) }) }),
  'refused resources of an action': (names) => ({ baseline: ofAction({ fruitless: named(names.map(table), 1) }) }),
  aliases: (names) => ({ aliases: named(names, { 7: [500_000, 500_001] }) }),
  'versions of an alias': (names) => ({ aliases: { live: named(names, [500_000, 500_001]) } }),
};
export const KINDS = Object.keys(FILLED);

/** Names in the order in which a cap would let them go, the last first: `versions of an alias` go by number, all else by hash, of ARNs by theirs. */
export function byStrength(kind: string): string[] {
  const names = Array.from({ length: MANY }, (_, at) => `${100_000 + at}`);
  if (kind === 'aliases' || kind === 'versions of an alias') return names.reverse();
  const hash = kind.includes('resources') ? (name: string) => unitHash(table(name)) : unitHash;
  return names.sort((a, b) => hash(a) - hash(b));
}

export const honestNames = (kind: string) => byStrength(kind).slice(-HONEST);

/** A slot as it is stored. */
export function slotOf(kind: string, names: readonly string[]): Buffer {
  const { baseline = {}, aliases = {} } = FILLED[kind]!(names);
  return gzipSync(
    JSON.stringify({ format: FORMAT, functions: { [FN]: baseline }, deployments: { [FN]: aliases }, origins: {} }),
  );
}
