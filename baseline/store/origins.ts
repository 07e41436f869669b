import { createHash } from 'node:crypto';
import { Capped } from '../model/capped.ts';
import { Cut } from '../model/cut.ts';
import type { FunctionModel } from '../model/function-model.ts';
import type { ResourceTree } from '../model/resource-tree.ts';
import { bounded, placeOf } from '../model/tree-node.ts';
import { resourcePath } from '../names/resource-path.ts';
import { type Fact, factKey } from '../review/diff.ts';
import { Few } from './few.ts';

/**
 * Where a thing that was learned comes from. What an environment hands in says its environment and version, as that environment tells it; the hour is the aggregation's
 * own clock. What came from few environments or in one hour may be an intruder's, and is told apart when it comes to approval.
 */
export class Origin {
  environments = new Few(MANY_ENVIRONMENTS);
  versions = new Few(MANY_VERSIONS);
  /** In which hours it was handed in, counted from 1970, in base 36. */
  hours = new Few(MANY_HOURS);

  join(other: Origin): void {
    this.environments.join(other.environments);
    this.versions.join(other.versions);
    this.hours.join(other.hours);
  }

  /** True where nothing about who saw it would be new. Hours are not told by who hands in. */
  covers(other: Origin): boolean {
    return this.environments.covers(other.environments) && this.versions.covers(other.versions);
  }

  /** False where many environments saw it, but in few hours, and this is another: one burst is told from what goes on. */
  isConfirmed(hour: string): boolean {
    return this.environments.members !== null || this.hours.has(hour);
  }

  /** What was handed in is new in this hour; what was claimed of hours counts for nothing. Told twice it stays what it was: a run that is repeated later is no new hour. */
  stamped(hour: string, known: Origin | undefined): Origin {
    const origin = new Origin();
    origin.environments.join(this.environments);
    origin.versions.join(this.versions);
    if (known === undefined || !known.covers(this) || known.environments.members === null) origin.hours.add(hour);
    return origin;
  }

  toText(): string {
    return [this.environments, this.versions, this.hours].map((few) => few.toText()).join('|');
  }

  static read(text: string): Origin {
    const [environments = '', versions = '', hours = ''] = text.split('|');
    const origin = new Origin();
    origin.environments = Few.read(environments, MANY_ENVIRONMENTS);
    origin.versions = Few.read(versions, MANY_VERSIONS);
    origin.hours = Few.read(hours, MANY_HOURS);
    return origin;
  }
}

const MANY_ENVIRONMENTS = 4;
const MANY_VERSIONS = 4;
const MANY_HOURS = 3;
/** Above the number of things that a baseline of ours has. */
const MOST = 20_000;

/** Origins by `factKey`. */
export type Origins = Capped<Origin>;

export const newOrigins = (): Origins => new Capped(MOST, () => new Origin());

/** Whom a hand-in comes from. */
export interface Sender {
  readonly environment: string;
  readonly version: string | null;
}

/** Everything in a hand-in comes from its sender. */
export function originsOf(model: FunctionModel, { environment, version }: Sender): Origins {
  const origins = newOrigins();
  const name = shortName(environment);
  for (const key of [...things(model), WHOLE]) {
    const origin = origins.get(key)!;
    origin.environments.add(name);
    if (version !== null) origin.versions.add(version);
  }
  return origins;
}

/** Of the function itself: how many environments and hours all of it comes from. */
export const WHOLE = factKey({ facet: 'function', action: null, value: '' });

/** Environments are named by random letters already; six characters tell five from each other. */
const shortName = (environment: string): string =>
  createHash('sha256').update(environment).digest('base64url').slice(0, 6);

/** The hour of a time in milliseconds. */
export const hourOf = (time: number): string => Math.floor(time / 3_600_000).toString(36);

/** Hours of `Origin.hours` since 1970; 0 for what is none. */
export const numberOfHour = (hour: string): number => {
  const number = Number.parseInt(hour, 36);
  return number >= 0 && number < 2 ** 31 ? number : 0;
};

/** The same as a person reads it. */
export const hourText = (hour: number): string =>
  `${new Date(hour * 3_600_000).toISOString().slice(0, 13)}h`.replace('T', ' ');

/**
 * The same for the things that a baseline has now: names that were many have become one place in it, `photos/1.jpg` a part of `photos/{n}.jpg`, and their origins its.
 * What it has no more is dropped.
 */
export function settle(origins: Origins, model: FunctionModel): Origins {
  const known = things(model);
  const settled = newOrigins();
  for (const [key, origin] of origins.entries()) {
    const at = key === WHOLE || known.has(key) ? key : placed(key, model);
    if (at !== null) settled.get(at)?.join(origin);
  }
  return settled;
}

/** Keys of all that a baseline has: those of `facts`. */
export function things(model: FunctionModel): Set<string> {
  const found = new Set<string>();
  const add = (facet: Fact['facet'], action: string | null, values: Iterable<readonly [string, unknown]>) => {
    for (const [value] of values) found.add(factKey({ facet, action, value }));
  };
  add('version', null, model.versions.entries());
  add('account', null, model.accounts.entries());
  add('egress', null, model.egress.entries());
  for (const [name, action] of model.actions.entries()) {
    add('action', name, [[name, null]]);
    add('region', name, action.regions.entries());
    add('credential', name, action.credentials.entries());
    add('resource', name, action.resources.templates());
  }
  return found;
}

/** The thing that a resource has become part of; null where there is none. */
function placed(key: string, model: FunctionModel): string | null {
  const [facet, action, value] = JSON.parse(key) as [Fact['facet'], string | null, string];
  if (facet !== 'resource') return null;
  const tree = model.actions.peek(action ?? '')?.resources;
  const template = tree === undefined ? null : templateFor(tree, value);
  return template === null ? null : factKey({ facet, action, value: template });
}

function templateFor({ heads }: ResourceTree, resource: string): string | null {
  const { head, joint, path } = resourcePath(resource);
  const known = heads.get(head + joint);
  if (known === undefined || path === null) return null;
  let node = known.root;
  const places: string[] = [];
  for (const name of bounded(path)) {
    const place = placeOf(node, name);
    const child = node.children.get(place);
    if (child === undefined) return null;
    places.push(place);
    node = child;
  }
  return `${head}${joint}${places.join('/')}`;
}

export function originsToJson(origins: Origins): Record<string, string> {
  return Object.fromEntries(origins.sorted().map(([key, origin]) => [key, origin.toText()]));
}

/** What is none of ours is left out: a slot is the function's to write. */
export function readOrigins(value: unknown): Origins {
  const origins = newOrigins();
  if (typeof value !== 'object' || value === null) return origins;
  const texts = new Map(Object.entries(value).filter(([key, text]) => typeof text === 'string' && isKey(key)));
  for (const key of Cut.of([...texts.keys()], MOST)) origins.get(key)!.join(Origin.read(texts.get(key)!));
  return origins;
}

function isKey(key: string): boolean {
  try {
    const parts = JSON.parse(key) as unknown;
    return Array.isArray(parts) && parts.length === 3 && JSON.stringify(parts) === key && typeof parts[2] === 'string';
  } catch {
    return false;
  }
}
