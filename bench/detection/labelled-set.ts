import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Call } from '../../baseline/call.ts';
import { readCall } from '../../baseline/read-call.ts';

/** Calls to learn from and calls to judge, with what is known of each of the latter. */
export interface LabelledSet {
  readonly name: string;
  readonly train: readonly Call[];
  readonly test: readonly Call[];
  /** By call id, for every test call that is not ordinary. */
  readonly labels: ReadonlyMap<string, Label>;
  readonly attacks: ReadonlyMap<string, Attack>;
}

export interface Label {
  /** Instance of an attack that the call belongs to; null for benign calls. */
  readonly attack: string | null;
  /** Kind of legitimate novelty: outside what was learned, and rightly so. */
  readonly novelty: string | null;
}

export interface Attack {
  readonly attack: string;
  readonly scenario: string;
  /** blatant, resource, volume or mimic. */
  readonly tier: string;
  readonly function: string;
}

/** Reads a folder in the form of the development set: train.jsonl.gz, test.jsonl.gz, labels.jsonl.gz, attacks.json. */
export function readSet(folder: string): LabelledSet {
  const lines = (file: string) =>
    gunzipSync(readFileSync(join(folder, file)))
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  const labels = new Map<string, Label>();
  for (const { id, attack, novelty } of lines('labels.jsonl.gz')) {
    if (attack !== null || novelty !== null) labels.set(String(id), { attack, novelty });
  }
  const { instances } = JSON.parse(readFileSync(join(folder, 'attacks.json'), 'utf8')) as { instances: Attack[] };
  return {
    name: folder,
    train: lines('train.jsonl.gz').map(readCall),
    test: lines('test.jsonl.gz').map(readCall),
    labels,
    attacks: new Map(instances.map((attack) => [attack.attack, attack])),
  };
}

/** Only the last `days` days of training: a function that has been watched for a day. */
export function shortened(set: LabelledSet, days: number): LabelledSet {
  const last = Date.parse(set.train.at(-1)?.time ?? '');
  const from = new Date(last - days * 86_400_000).toISOString();
  return {
    ...set,
    name: `${set.name}, ${days} day(s) of training`,
    train: set.train.filter((call) => call.time! >= from),
  };
}

/**
 * Attacks that were already going on while the baseline was learned: every third or so instance of the test part stands in the training part too, as many days
 * before as the training part is long, with the invocation around it.
 */
export function poisoned(set: LabelledSet, count: number): LabelledSet {
  const names = [...set.attacks.keys()].sort();
  const stride = Math.max(1, Math.floor(names.length / count));
  const hidden = new Set(names.filter((_, i) => i % stride === 0).slice(0, count));
  const invocations = new Set<string | null>();
  for (const call of set.test) if (hidden.has(set.labels.get(call.id!)?.attack ?? '')) invocations.add(call.invocation);
  const shift = Date.parse(set.test[0]!.time!) - Date.parse(set.train[0]!.time!);
  const copies = set.test
    .filter((call) => invocations.has(call.invocation))
    .map((call) => ({
      ...call,
      invocation: `hidden ${call.invocation}`,
      version: set.train[0]!.version,
      time: new Date(Date.parse(call.time!) - shift).toISOString(),
    }))
    // What is new to the world in the test part (a deployment, a new tenant) was not there yet
    .filter((call) => (set.labels.get(call.id!)?.novelty ?? null) === null);
  const train = [...set.train, ...copies].sort((a, b) => (a.time! < b.time! ? -1 : 1));
  return { ...set, name: `${set.name}, ${hidden.size} attacks hidden in training`, train };
}
