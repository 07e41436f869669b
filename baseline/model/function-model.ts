import { Joined } from '../names/joined.ts';
import { type ResourcePath, resourcePath } from '../names/resource-path.ts';
import { Ages, tellsAge } from './ages.ts';
import { Capped, Counted, type Place, placeIn } from './capped.ts';
import { type Cuttable, readCuts, toCuts } from './cuts.ts';
import type { ActionBaseline, EgressBaseline, EvidenceMap, FunctionBaseline } from './document.ts';
import { evidence, seenOf } from './evidence.ts';
import { EVIDENCE, fitAll, type Part } from './fit.ts';
import { toldNames } from './fold-names.ts';
import { Follows } from './follows.ts';
import { fitFunction, fitWritten, isWithin, LARGEST_DOCUMENT } from './function-size.ts';
import { Hours } from './hours.ts';
import { Opened } from './opened.ts';
import { Order, StepNames } from './order.ts';
import { RepeatsAt } from './repeats.ts';
import { MAX_HEADS, ResourceTree } from './resource-tree.ts';
import { Sample } from './sample.ts';
import { Seen, type Sighting } from './seen.ts';
import { SizeModel } from './size-model.ts';

/**
 * What is known of one function, in the form that learning, merging and judging work on; `FunctionBaseline` is the same as text. Every
 * part of it is a join-semilattice: `join` is commutative, associative and idempotent, caps included.
 */
export class FunctionModel {
  readonly invocations = new Seen();
  from: string | null = null;
  to: string | null = null;
  readonly hours = new Hours();
  readonly versions = new Counted(64, LONGEST_ID);
  readonly accounts = new Counted(64, LONGEST_ID);
  readonly actions = new Capped(200, () => new ActionModel(), LONGEST_ACTION);
  readonly egress = new Capped(200, () => new EgressModel(), LONGEST_HOST);
  /** Hosts that a connection was tried to and never made: kept to tell of, not part of what is normal. */
  readonly unreached = new Counted(64, LONGEST_HOST);
  readonly follows = new Order();
  readonly sample = new Sample();
  /** By slot of `company`: invocations that had more than one thing in it. */
  readonly several = new Capped(512, () => new Follows(), LONGEST_SLOT);
  /** False where a part of it came from a document that does not say. */
  knowsSeveral = true;
  /** By action and head: how old the dates in names were. */
  readonly ages = new Capped(128, () => new Ages(), LONGEST_SLOT);
  /** As `knowsSeveral`. */
  knowsAges = true;
  /** By action and head: whether an invocation names there what it has named before. */
  readonly repeats = new Capped(64, () => new RepeatsAt(), LONGEST_SLOT);
  /** As `knowsSeveral`. */
  knowsRepeats = true;
  readonly opened = new Opened();

  see(sighting: Sighting, time: string | null, version: string | null): void {
    this.invocations.add(sighting);
    if (version !== null) this.versions.add(version, sighting);
    // Times are compared as texts, which those of a year of more digits are not made for
    if (time === null || time.length !== TIME.length) return;
    this.hours.add(time, sighting.day);
    if (this.from === null || this.to === null) {
      this.from = time;
      this.to = time;
    } else if (time > this.to) this.to = time;
    else if (time < this.from) this.from = time;
  }

  /** `action` used that name on that day. */
  noteAge(action: string, { key, date }: ResourcePath, day: number): void {
    if (date !== null && tellsAge(day)) this.ages.get(places.of(action, key))?.add(date, day);
  }

  join(other: FunctionModel): void {
    this.invocations.join(other.invocations);
    if (other.from !== null && (this.from === null || other.from < this.from)) this.from = other.from;
    if (other.to !== null && (this.to === null || other.to > this.to)) this.to = other.to;
    this.hours.join(other.hours);
    this.versions.join(other.versions);
    this.accounts.join(other.accounts);
    this.actions.join(other.actions);
    this.egress.join(other.egress);
    this.unreached.join(other.unreached);
    this.follows.join(other.follows);
    this.sample.join(other.sample);
    this.several.join(other.several);
    this.knowsSeveral &&= other.knowsSeveral;
    this.ages.join(other.ages);
    this.knowsAges &&= other.knowsAges;
    this.repeats.join(other.repeats);
    this.knowsRepeats &&= other.knowsRepeats;
    this.opened.add(other.opened.places);
  }

  /** Everything of it that has a cap. `of`: the entry whose place it is, empty for the function's own. Below a resource's head there is none: what is too much there widens, and covers what it took in. */
  *places(): Generator<NamedPlace> {
    yield { what: 'versions', of: '', place: this.versions };
    yield { what: 'accounts', of: '', place: this.accounts };
    yield { what: 'actions', of: '', place: this.actions };
    yield { what: 'hosts', of: '', place: this.egress };
    yield { what: 'hosts that were not reached', of: '', place: this.unreached };
    yield { what: 'steps', of: '', place: this.follows.steps };
    yield { what: 'places with several things', of: '', place: this.several };
    yield { what: 'ages of names', of: '', place: this.ages };
    yield { what: 'places that repeat what was named', of: '', place: this.repeats };
    for (const [name, action] of this.actions.entries()) yield* action.places(name);
  }

  /**
   * As a document keeps it. Where it is larger than a document may be, it is folded, here too: not before, since what folds takes in names that nobody has seen, and
   * who may choose names would have a say in that. Where names had to go is told. `room` (bytes): folded by weight, whatever it takes.
   */
  toBaseline(room?: number): FunctionBaseline {
    if (room !== undefined) {
      fitFunction(this, room);
      return this.#written();
    }
    const whole = this.#written();
    if (isWithin(LARGEST_DOCUMENT, this, whole)) return whole;
    const before = toldNames(this);
    fitWritten(this, LARGEST_DOCUMENT, () => this.#written());
    const after = toldNames(this);
    this.opened.add([...before].flatMap(([place, names]) => ((after.get(place) ?? names) < names ? [place] : [])));
    return this.#written();
  }

  #written(): FunctionBaseline {
    const names = new StepNames(this.follows.steps.keys());
    const hours = this.hours.toJson();
    return {
      invocations: evidence(this.invocations),
      from: this.from,
      to: this.to,
      ...(hours === undefined ? {} : { hours }),
      versions: this.versions.toJson(),
      accounts: this.accounts.toJson(),
      actions: Object.fromEntries(this.actions.sorted().map(([name, action]) => [name, action.toJson()])),
      egress: Object.fromEntries(this.egress.sorted().map(([host, egress]) => [host, egress.toJson()])),
      ...(this.unreached.size > 0 ? { unreached: this.unreached.toJson() } : {}),
      order: { steps: names.steps, follows: this.follows.toJson(names) },
      sample: this.sample.toJson(names),
      ...(this.knowsSeveral
        ? { several: Object.fromEntries(this.several.sorted().map(([slot, seen]) => [slot, seen.toText()])) }
        : {}),
      ...(this.knowsAges
        ? { ages: Object.fromEntries(this.ages.sorted().map(([place, ages]) => [place, ages.toText()])) }
        : {}),
      ...(this.knowsRepeats
        ? { repeats: Object.fromEntries(this.repeats.sorted().map(([place, repeats]) => [place, repeats.toJson()])) }
        : {}),
      ...this.opened.toJson(),
      ...toCuts(this.#cuttable()),
    };
  }

  #cuttable(): Record<string, Cuttable> {
    const { versions, accounts, egress, unreached, several, ages, repeats } = this;
    return { versions, accounts, egress, unreached, several, ages, repeats, steps: this.follows.steps };
  }

  /** `baseline` has passed `parseBaseline`, or was made by us. */
  static from(baseline: FunctionBaseline): FunctionModel {
    const model = new FunctionModel();
    model.invocations.join(seenOf(baseline.invocations));
    model.from = baseline.from;
    model.to = baseline.to;
    model.hours.read(baseline.hours);
    model.versions.read(baseline.versions);
    model.accounts.read(baseline.accounts);
    for (const [name, action] of Object.entries(baseline.actions)) model.actions.get(name)?.read(action);
    for (const [host, egress] of Object.entries(baseline.egress)) model.egress.get(host)?.read(egress);
    model.unreached.read(baseline.unreached ?? {});
    model.follows.read(baseline.order);
    model.sample.read(baseline.sample, (at) => baseline.order.steps[at]);
    model.knowsSeveral = baseline.several !== undefined;
    for (const [slot, text] of Object.entries(baseline.several ?? {}))
      model.several.get(slot)?.join(Follows.fromText(text) ?? new Follows());
    model.knowsAges = baseline.ages !== undefined;
    for (const [place, text] of Object.entries(baseline.ages ?? {}))
      model.ages.get(place)?.join(Ages.fromText(text) ?? new Ages());
    model.knowsRepeats = baseline.repeats !== undefined;
    for (const [place, repeats] of Object.entries(baseline.repeats ?? {})) model.repeats.get(place)?.read(repeats);
    model.opened.add(baseline.opened ?? []);
    readCuts(model.#cuttable(), baseline.cut);
    return model;
  }
}

export interface NamedPlace {
  /** For people. */
  readonly what: string;
  readonly of: string;
  readonly place: Place;
}

const places = new Joined(' ');
const TIME = '2026-01-01T00:00:00.000Z';

/** Bytes. A slot of `company` names an action and a place below a head. */
const LONGEST_ACTION = 72;
export const LONGEST_HOST = 264;
const LONGEST_SLOT = 352;

export class ActionModel {
  readonly invocations = new Seen();
  readonly regions = new Counted(64, LONGEST_ID);
  readonly credentials = new Counted(64, LONGEST_ID);
  readonly resources = new ResourceTree();
  /** What AWS refused or never answered: not part of what is normal, kept to tell how much stays outside. */
  readonly fruitless = new ResourceTree();
  readonly errors = new Counted(64, LONGEST_ERROR);
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
      ...toCuts(this.#cuttable()),
    };
  }

  #cuttable(): Record<string, Cuttable> {
    const { regions, credentials, resources, fruitless, errors } = this;
    return { regions, credentials, resources, fruitless, errors };
  }

  /** One region, one credential and one resource stay in any case. `name`: bytes. */
  part(name: number): Part {
    const own = name + ACTION;
    const parts = [
      this.size.part(),
      this.regions.part(EVIDENCE, 1),
      this.credentials.part(EVIDENCE, 1),
      this.errors.part(EVIDENCE),
      this.resources.part(1),
      this.fruitless.part(),
    ];
    return {
      weight: parts.reduce((sum, { weight }) => sum + weight, own),
      least: parts.reduce((sum, { least }) => sum + least, own),
      fold: (most) => fitAll(parts, most - own),
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
    readCuts(this.#cuttable(), action.cut);
  }
}

const LONGEST_ID = 40;
const LONGEST_ERROR = 64;
/** Bytes that stand around what is told of an action, with its own evidence. */
const ACTION = 260 + EVIDENCE;

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

function treeToJson(tree: ResourceTree): EvidenceMap {
  const templates = [...tree.templates()].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(templates.map(([template, seen]) => [template, evidence(seen)]));
}

function readTree(tree: ResourceTree, map: EvidenceMap): void {
  for (const [template, seen] of Object.entries(map)) tree.add(resourcePath(template), seenOf(seen));
}
