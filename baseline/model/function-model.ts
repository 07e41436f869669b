import type { Call } from '../call.ts';
import { resourcePath } from '../learn/resource-path.ts';
import { MAX_HEADS, ResourceTree } from '../learn/resource-tree.ts';
import { Capped, Counted, type Place, placeIn } from './capped.ts';
import type { ActionBaseline, EgressBaseline, EvidenceMap, FunctionBaseline, Size } from './document.ts';
import { evidence, seenOf } from './evidence.ts';
import { Follows } from './follows.ts';
import { Largest } from './largest.ts';
import { Sample } from './sample.ts';
import { Seen, type Sighting } from './seen.ts';

/**
 * What is known of one function, in the form that learning, merging and judging work on; `FunctionBaseline` is the same as text. Every
 * part of it is a join-semilattice: `join` is commutative, associative and idempotent, caps included.
 */
export class FunctionModel {
  readonly invocations = new Seen();
  from: string | null = null;
  to: string | null = null;
  readonly versions = new Counted(64);
  readonly accounts = new Counted(64);
  readonly actions = new Capped(200, () => new ActionModel());
  readonly egress = new Capped(200, () => new EgressModel());
  /** Hosts that a connection was tried to and never made: kept to tell of, not part of what is normal. */
  readonly unreached = new Counted(64);
  /** By step, then by the step that followed. */
  readonly follows = new Capped(256, () => new Capped(256, () => new Follows()));
  readonly sample = new Sample();
  /** By slot of `company`: invocations that had more than one thing in it. */
  readonly several = new Capped(512, () => new Follows());
  /** False where a part of it came from a document that does not say. */
  knowsSeveral = true;

  see(sighting: Sighting, time: string | null): void {
    this.invocations.add(sighting);
    if (time === null) return;
    if (this.from === null || time < this.from) this.from = time;
    if (this.to === null || time > this.to) this.to = time;
  }

  join(other: FunctionModel): void {
    this.invocations.join(other.invocations);
    if (other.from !== null && (this.from === null || other.from < this.from)) this.from = other.from;
    if (other.to !== null && (this.to === null || other.to > this.to)) this.to = other.to;
    this.versions.join(other.versions);
    this.accounts.join(other.accounts);
    this.actions.join(other.actions);
    this.egress.join(other.egress);
    this.unreached.join(other.unreached);
    this.follows.join(other.follows);
    this.sample.join(other.sample);
    this.several.join(other.several);
    this.knowsSeveral &&= other.knowsSeveral;
  }

  /** Everything of it that has a cap. `of`: the entry whose place it is, empty for the function's own. Below a resource's head there is none: what is too much there widens, and covers what it took in. */
  *places(): Generator<NamedPlace> {
    yield { what: 'versions', of: '', place: this.versions };
    yield { what: 'accounts', of: '', place: this.accounts };
    yield { what: 'actions', of: '', place: this.actions };
    yield { what: 'hosts', of: '', place: this.egress };
    yield { what: 'hosts that were not reached', of: '', place: this.unreached };
    yield { what: 'steps', of: '', place: this.follows };
    for (const [of, place] of this.follows.entries()) yield { what: 'steps that follow another', of, place };
    yield { what: 'places with several things', of: '', place: this.several };
    for (const [name, action] of this.actions.entries()) yield* action.places(name);
  }

  toBaseline(): FunctionBaseline {
    const steps = this.#steps();
    const index = new Map(steps.map((step, i) => [step, String(i)]));
    const nameOf = (step: string) => index.get(step) ?? step.replace(/^(.*)!$/, (_, plain) => `${index.get(plain)}!`);
    const follows: Record<string, Record<string, string>> = {};
    for (const [step, next] of this.follows.sorted()) {
      follows[nameOf(step)] = Object.fromEntries(next.sorted().map(([to, seen]) => [index.get(to)!, seen.toText()]));
    }
    return {
      invocations: evidence(this.invocations),
      from: this.from,
      to: this.to,
      versions: this.versions.toJson(),
      accounts: this.accounts.toJson(),
      actions: Object.fromEntries(this.actions.sorted().map(([name, action]) => [name, action.toJson()])),
      egress: Object.fromEntries(this.egress.sorted().map(([host, egress]) => [host, egress.toJson()])),
      ...(this.unreached.size > 0 ? { unreached: this.unreached.toJson() } : {}),
      order: { steps, follows },
      sample: this.sample.toJson((step) => index.get(step)!),
      ...(this.knowsSeveral
        ? { several: Object.fromEntries(this.several.sorted().map(([slot, seen]) => [slot, seen.toText()])) }
        : {}),
    };
  }

  /** Sorted names of all steps that order or sample speak of. */
  #steps(): string[] {
    const steps = new Set<string>();
    for (const [step, next] of this.follows.entries()) {
      if (step !== 'start') steps.add(step.endsWith('!') ? step.slice(0, -1) : step);
      for (const [to] of next.entries()) steps.add(to);
    }
    for (const counts of this.sample.units.values()) for (const step of counts.keys()) steps.add(step);
    return [...steps].sort();
  }

  /** `baseline` has passed `parseBaseline`, or was made by us. */
  static from(baseline: FunctionBaseline): FunctionModel {
    const model = new FunctionModel();
    model.invocations.join(seenOf(baseline.invocations));
    model.from = baseline.from;
    model.to = baseline.to;
    model.versions.read(baseline.versions);
    model.accounts.read(baseline.accounts);
    for (const [name, action] of Object.entries(baseline.actions)) model.actions.get(name)?.read(action);
    for (const [host, egress] of Object.entries(baseline.egress)) model.egress.get(host)?.read(egress);
    model.unreached.read(baseline.unreached ?? {});
    const { steps, follows } = baseline.order;
    for (const [from, next] of Object.entries(follows)) {
      const step =
        from === 'start' ? from : from.endsWith('!') ? `${steps[Number(from.slice(0, -1))]}!` : steps[Number(from)]!;
      for (const [to, text] of Object.entries(next)) {
        model.follows
          .get(step)
          ?.get(steps[Number(to)]!)
          ?.join(Follows.fromText(text) ?? new Follows());
      }
    }
    model.sample.read(baseline.sample, (at) => steps[at]);
    model.knowsSeveral = baseline.several !== undefined;
    for (const [slot, text] of Object.entries(baseline.several ?? {}))
      model.several.get(slot)?.join(Follows.fromText(text) ?? new Follows());
    return model;
  }
}

export interface NamedPlace {
  /** For people. */
  readonly what: string;
  readonly of: string;
  readonly place: Place;
}

export class ActionModel {
  readonly invocations = new Seen();
  readonly regions = new Counted(64);
  readonly credentials = new Counted(64);
  readonly resources = new ResourceTree();
  /** What AWS refused or never answered: not part of what is normal, kept to tell how much stays outside. */
  readonly fruitless = new ResourceTree();
  readonly errors = new Counted(64);
  readonly size = new SizeModel();

  join(other: ActionModel): void {
    this.invocations.join(other.invocations);
    this.regions.join(other.regions);
    this.credentials.join(other.credentials);
    this.resources.join(other.resources);
    this.fruitless.join(other.fruitless);
    this.errors.join(other.errors);
    this.size.join(other.size);
  }

  *places(of: string): Generator<NamedPlace> {
    yield { what: 'regions of an action', of, place: this.regions };
    yield { what: 'keys of an action', of, place: this.credentials };
    yield { what: 'errors of an action', of, place: this.errors };
    yield { what: 'resources of an action', of, place: placeIn(this.resources.heads, MAX_HEADS) };
    yield { what: 'refused resources of an action', of, place: placeIn(this.fruitless.heads, MAX_HEADS) };
  }

  toJson(): ActionBaseline {
    return {
      invocations: evidence(this.invocations),
      regions: this.regions.toJson(),
      credentials: this.credentials.toJson(),
      resources: treeToJson(this.resources),
      ...(this.fruitless.heads.size > 0 ? { fruitless: treeToJson(this.fruitless) } : {}),
      errors: this.errors.toJson(),
      size: this.size.toJson(),
    };
  }

  read(action: ActionBaseline): void {
    this.invocations.join(seenOf(action.invocations));
    this.regions.read(action.regions);
    this.credentials.read(action.credentials);
    this.errors.read(action.errors);
    readTree(this.resources, action.resources);
    readTree(this.fruitless, action.fruitless ?? {});
    this.size.read(action.size);
  }
}

export class EgressModel {
  readonly invocations = new Seen();
  readonly size = new SizeModel();

  join(other: EgressModel): void {
    this.invocations.join(other.invocations);
    this.size.join(other.size);
  }

  toJson(): EgressBaseline {
    return { invocations: evidence(this.invocations), size: this.size.toJson() };
  }

  read(egress: EgressBaseline): void {
    this.invocations.join(seenOf(egress.invocations));
    this.size.read(egress.size);
  }
}

export class SizeModel {
  readonly calls = new Largest();
  readonly bytesOut = new Largest();
  readonly bytesIn = new Largest();
  readonly items = new Largest();
  readonly bytesOutPerInvocation = new Largest();
  readonly bytesInPerInvocation = new Largest();
  readonly itemsPerInvocation = new Largest();

  /** One call. */
  see({ bytesOut, bytesIn, items }: Pick<Call, 'bytesOut' | 'bytesIn' | 'items'>): void {
    if (bytesOut !== null) this.bytesOut.addRounded(bytesOut);
    if (bytesIn !== null) this.bytesIn.addRounded(bytesIn);
    if (items !== null) this.items.add(items);
  }

  join(other: SizeModel): void {
    for (const key of SIZES) this[key].join(other[key].values);
  }

  toJson(): Size {
    // Calls that a busy service did not answer count among the single ones only.
    const once =
      this.calls.values.length === 1 &&
      this.calls.values[0] === 1 &&
      SIZES.every((key) => `${this[key].values}` === `${this[singleOf(key)].values}`);
    const kept = once ? SIZES.filter((key) => !key.endsWith('PerInvocation')) : SIZES;
    return Object.fromEntries(kept.map((key) => [key, [...this[key].values]])) as unknown as Size;
  }

  read(size: Size): void {
    for (const key of SIZES) {
      const once = size.calls.length === 1 && size.calls[0] === 1;
      this[key].join(size[key] ?? (once ? size[singleOf(key)] : []));
    }
  }
}

const singleOf = (key: (typeof SIZES)[number]) => key.replace('PerInvocation', '') as 'bytesOut';

export const SIZES = [
  'calls',
  'bytesOut',
  'bytesIn',
  'items',
  'bytesOutPerInvocation',
  'bytesInPerInvocation',
  'itemsPerInvocation',
] as const;

function treeToJson(tree: ResourceTree): EvidenceMap {
  const templates = [...tree.templates()].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(templates.map(([template, seen]) => [template, evidence(seen)]));
}

function readTree(tree: ResourceTree, map: EvidenceMap): void {
  for (const [template, seen] of Object.entries(map)) tree.add(resourcePath(template), seenOf(seen));
}
