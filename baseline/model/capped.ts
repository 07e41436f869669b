import { Cut } from './cut.ts';
import type { EvidenceMap } from './document.ts';
import { evidence, seenOf } from './evidence.ts';
import { Seen, type Sighting } from './seen.ts';

/** Where so many names may stand, and no more. */
export interface Place {
  readonly cap: number;
  readonly size: number;
  has(name: string): boolean;
  names(): Iterable<string>;
  /** Takes the name away, and what stood under it. */
  drop(name: string): void;
}

/** The names of a map as such a place. */
export const placeIn = (map: Map<string, unknown>, cap: number): Place => ({
  cap,
  size: map.size,
  has: (name) => map.has(name),
  names: () => map.keys(),
  drop: (name) => void map.delete(name),
});

/** A map with a cap that joins: of too many keys those with the smallest hash stay, whichever came first. */
export class Capped<T extends { join(other: T): void }> implements Place {
  readonly cap: number;
  readonly #make: () => T;
  readonly #entries = new Map<string, T>();
  /** Null until the map is full. */
  #cut: Cut | null = null;
  #evicted = 0;

  constructor(cap: number, make: () => T) {
    this.cap = cap;
    this.#make = make;
  }

  /** How many had to go for others: none of them ever comes back. */
  get evicted(): number {
    return this.#evicted;
  }

  peek(key: string): T | undefined {
    return this.#entries.get(key);
  }

  /** The entry, made where it is missing; undefined where the cap leaves no room for it. */
  get(key: string): T | undefined {
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= this.cap) {
      this.#cut ??= new Cut(this.#entries.keys());
      const goes = this.#cut.admit(key);
      if (goes === undefined) return undefined;
      this.#entries.delete(goes);
      this.#evicted++;
    }
    const entry = this.#make();
    this.#entries.set(key, entry);
    return entry;
  }

  join(other: Capped<T>): void {
    for (const [key, entry] of other.#entries) this.get(key)?.join(entry);
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get size(): number {
    return this.#entries.size;
  }

  names(): IterableIterator<string> {
    return this.#entries.keys();
  }

  drop(key: string): void {
    if (!this.#entries.delete(key)) return;
    this.#cut = null;
    this.#evicted++;
  }

  entries(): IterableIterator<[string, T]> {
    return this.#entries.entries();
  }

  sorted(): [string, T][] {
    return [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

export class Counted extends Capped<Seen> {
  constructor(cap: number) {
    super(cap, () => new Seen());
  }

  add(key: string, sighting: Sighting): void {
    this.get(key)?.add(sighting);
  }

  toJson(): EvidenceMap {
    return Object.fromEntries(this.sorted().map(([key, seen]) => [key, evidence(seen)]));
  }

  read(map: EvidenceMap): void {
    for (const [key, seen] of Object.entries(map)) this.get(key)?.join(seenOf(seen));
  }
}
