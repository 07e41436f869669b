import { Cut } from '../model/cut.ts';
import type { NamedPlace } from '../model/function-model.ts';
import type { Learned } from './learned.ts';
import { SampleDoor } from './sample-door.ts';

/**
 * What comes in of what is handed in. A function's role may write its slots, so they may be full of names that somebody made up, and of too many names a place keeps those with the smallest
 * hash, which he can choose: joined as they are, one slot could push out all that others have said. So nothing goes for what comes. Newcomers take the room that is left;
 * where it is too small for all of them, the slot that brings the fewest goes first, since who floods brings many. What finds no room is taken out of the slot before it is joined.
 *
 * The join itself stays what it is, a union that depends on no order. As long as a function has room for all, so do candidates: nothing is taken out then.
 */
export class Door {
  readonly #known = new Map<string, NamedPlace>();
  readonly #asked = new Map<string, Asked>();
  /** By place: what has no room. */
  #refused: ReadonlyMap<string, ReadonlySet<string>> | null = null;
  readonly #sample: SampleDoor;

  /** `known`: what is to stay; null where nothing is known yet. */
  constructor(known: Learned | null) {
    this.#sample = new SampleDoor(known?.model ?? null);
    if (known !== null) for (const named of placesOf(known)) this.#known.set(keyOf(named), named);
  }

  /** Counts what a slot would bring. All are to ask before the first is let in. */
  ask(slot: Learned): void {
    this.#sample.ask(slot.model);
    for (const named of placesOf(slot)) {
      const key = keyOf(named);
      const known = this.#known.get(key)?.place;
      const names = [...named.place.keys()];
      const newcomers = known === undefined ? names : names.filter((name) => !known.has(name));
      if (newcomers.length === 0) continue;
      const asked = this.#asked.get(key);
      if (asked !== undefined) asked.claims.push(newcomers);
      else {
        const room = Math.max(0, named.place.most - (known?.size ?? 0));
        this.#asked.set(key, { what: named.what, room, claims: [newcomers] });
      }
    }
  }

  /** False where there is room for all. */
  get isCrowded(): boolean {
    return this.#decided().size > 0 || this.#sample.refused.size > 0;
  }

  /** Takes what has no room out of the slot, and says how much that is, by what it is. */
  admit(slot: Learned): ReadonlyMap<string, number> {
    const left = new Map<string, number>();
    const refused = this.#decided();
    // Before anything is dropped: what stands below it goes with it.
    for (const named of [...placesOf(slot)]) {
      const names = refused.get(keyOf(named));
      if (names === undefined) continue;
      for (const name of [...named.place.keys()].filter((one) => names.has(one))) {
        named.place.drop(name);
        left.set(named.what, (left.get(named.what) ?? 0) + 1);
      }
    }
    const { sample } = slot.model;
    const chosen = [...sample.units.keys()].filter((unit) => this.#sample.refused.has(unit));
    for (const unit of chosen) sample.drop(unit);
    if (chosen.length > 0) left.set('sampled invocations', chosen.length);
    return left;
  }

  /** What is full now and was not before: nothing more of it will ever come in. */
  filled(): readonly string[] {
    const filled = [...this.#asked.values()].filter(
      ({ room, claims }) => room > 0 && new Set(claims.flat()).size >= room,
    );
    return [...new Set(filled.map(({ what }) => what))];
  }

  #decided(): ReadonlyMap<string, ReadonlySet<string>> {
    if (this.#refused !== null) return this.#refused;
    const refused = new Map<string, ReadonlySet<string>>();
    for (const [key, { room, claims }] of this.#asked) {
      const all = new Set(claims.flat());
      if (all.size <= room) continue;
      for (const name of roomFor(claims, room)) all.delete(name);
      refused.set(key, all);
    }
    this.#refused = refused;
    return refused;
  }
}

/** Whether there is room for all of it beside `known`. */
export function hasRoom(known: Learned, slot: Learned): boolean {
  const door = new Door(known);
  door.ask(slot);
  return !door.isCrowded;
}

/** One slot, or what one environment has learned, without what has no room beside `known`. */
export function fitting(known: Learned | null, slot: Learned): Learned {
  const door = new Door(known);
  door.ask(slot);
  door.admit(slot);
  return slot;
}

interface Asked {
  readonly what: string;
  /** For how many newcomers. */
  readonly room: number;
  /** Of each slot its newcomers. */
  readonly claims: string[][];
}

function roomFor(claims: readonly (readonly string[])[], room: number): ReadonlySet<string> {
  const admitted = new Set<string>();
  for (const names of [...claims].sort((a, b) => a.length - b.length)) {
    const newcomers = names.filter((name) => !admitted.has(name));
    for (const name of Cut.of(newcomers, room - admitted.size)) admitted.add(name);
  }
  return admitted;
}

/** Everything of it that has a cap. */
export function* placesOf({ model, origins, deployments }: Learned): Generator<NamedPlace> {
  yield* model.places();
  yield { what: 'origins', of: '', place: origins };
  yield* deployments.places();
}

const keyOf = ({ what, of }: NamedPlace): string => `${what}\n${of}`;
