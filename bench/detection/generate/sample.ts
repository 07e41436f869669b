import { arnOf, type Invocation } from './invocation.ts';

/** What a function does in one invocation. `world` is what stays the same over the whole set: tenants, hosts, keys. */
export interface SampleFunction {
  readonly name: string;
  /** Invocations a day; 24 and fewer are scheduled, each at its own full hour. */
  readonly perDay: number;
  /** From this day on a new version runs, first as a canary. */
  readonly deployedOn?: number;
  /** Days on which it runs so many times as often: campaigns, back-fills. */
  readonly rush?: Readonly<Record<number, number>>;
  run(at: Invocation, world: World): void;
}

export interface World {
  readonly tenants: readonly Known[];
  /** Hosts that customers bring: new ones come now and then, in training too. */
  readonly hosts: readonly Known[];
  readonly partners: readonly Known[];
  /** `customer-0412`, `c7f3a9`: customers by number and by random name. */
  readonly numbers: readonly Known[];
  readonly ids: readonly Known[];
  readonly keys: readonly string[];
  readonly role: string;
}

export interface Known {
  readonly name: string;
  /** Day since the start of training from which it exists. */
  readonly from: number;
}

/** Days of training; what has a later `from` is news of the test part. */
export const TRAINING_DAYS = 14;

/** Some are seen far more often than others, but none so seldom that training may miss it. What came after training labels the calls that follow. */
export function known(at: Invocation, all: readonly Known[], novelty: string): string {
  const now = all.filter(({ from }) => from <= at.day);
  const one = at.random.chance(0.4) ? at.random.pick(now) : at.random.zipf(now);
  if (one.from >= TRAINING_DAYS) at.novelty = novelty;
  return one.name;
}

export const table = (name: string): string[] => [arnOf('dynamodb', `table/${name}`)];
export const object = (path: string): string[] => [`arn:aws:s3:::${path}`];
export const queue = (name: string): string[] => [arnOf('sqs', name)];

/** Year, month, day of the invocation. */
export const dated = (at: Invocation): [string, string, string] =>
  new Date(at.time).toISOString().slice(0, 10).split('-') as [string, string, string];

export const hourOf = (at: Invocation): string => new Date(at.time).toISOString().slice(11, 13);
