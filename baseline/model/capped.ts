import { isShortened, jsonBytes, shortened } from '../names/shortened.ts';
import { unitHash } from '../names/unit-hash.ts';
import { Cut } from './cut.ts';
import { CUT, type Cuttable } from './cuts.ts';
import type { EvidenceMap } from './document.ts';
import { evidence, seenOf } from './evidence.ts';
import type { Part } from './fit.ts';
import { Seen, type Sighting } from './seen.ts';

/** Where so many names may stand, and no more. */
export interface Place {
  /** So many may be handed in. */
  readonly most: number;
  readonly size: number;
  has(name: string): boolean;
  keys(): Iterable<string>;
  /** Takes the name away, and what stood under it. */
  drop(name: string): void;
}

/** The names of a map as such a place. */
export const placeIn = (map: Map<string, unknown>, most: number): Place => ({
  most,
  size: map.size,
  has: (name) => map.has(name),
  keys: () => map.keys(),
  drop: (name) => void map.delete(name),
});

/**
 * A map with a cap that joins: of too many keys those with the smallest hash stay, whichever came first. A document that has no room for all of them
 * (`fit.ts`) keeps those below a hash, which stands in it: joined, the smaller of two holds.
 */
export class Capped<T extends { join(other: T): void }> implements Cuttable, Place {
  readonly #cap: number;
  readonly #make: () => T;
  /** Bytes of a key. */
  readonly longest: number;
  readonly #entries = new Map<string, T>();
  /** Null until the map is full. */
  #cut: Cut | null = null;
  #evicted = 0;
  #beyond = Number.POSITIVE_INFINITY;
  #hasShortened = false;

  /** Keys above `longest` are shortened. */
  constructor(cap: number, make: () => T, longest = Number.POSITIVE_INFINITY) {
    this.#cap = cap;
    this.#make = make;
    this.longest = longest;
  }

  /** One fewer than can stand here: of a full one it is not known whether others had to go, and what is not known weighs the most in a document (`fit.ts`). */
  get most(): number {
    return this.#cap - 1;
  }

  /** How many had to go for others: none of them ever comes back. */
  get evicted(): number {
    return this.#evicted;
  }

  /** Keys with this hash or a higher one are not kept. */
  get beyond(): number {
    return this.#beyond;
  }

  /** What an entry of this name stands under. */
  keyOf(name: string): string {
    return shortened(name, this.longest);
  }

  peek(name: string): T | undefined {
    const entry = this.#entries.get(name);
    return entry !== undefined || !this.#hasShortened ? entry : this.#entries.get(this.keyOf(name));
  }

  /** The entry, made where it is missing; undefined where the cap leaves no room for it. */
  get(name: string): T | undefined {
    const known = this.peek(name);
    if (known !== undefined) return known;
    const key = this.keyOf(name);
    if (!this.mayKeep(key)) return undefined;
    if (this.#entries.size >= this.#cap) {
      this.#cut ??= new Cut(this.#entries.keys());
      const goes = this.#cut.admit(key);
      if (goes === undefined) return undefined;
      this.#entries.delete(goes);
      this.#evicted++;
    }
    const entry = this.#make();
    this.#entries.set(key, entry);
    this.#hasShortened ||= isShortened(key);
    return entry;
  }

  /** False for what would not be here, whether it came or not. */
  mayKeep(name: string): boolean {
    return this.#beyond === Number.POSITIVE_INFINITY || unitHash(this.keyOf(name)) < this.#beyond;
  }

  join(other: Capped<T>): void {
    this.keepBelow(other.#beyond);
    for (const [key, entry] of other.#entries) this.get(key)?.join(entry);
  }

  keepBelow(hash: number): void {
    if (hash >= this.#beyond) return;
    this.#beyond = hash;
    for (const key of [...this.#entries.keys()]) {
      if (unitHash(key) < hash) continue;
      this.#entries.delete(key);
      this.#evicted++;
    }
    this.#cut = null;
  }

  /** Some may have had to go: which and how many is not known. */
  get full(): boolean {
    return this.#beyond !== Number.POSITIVE_INFINITY || this.#entries.size >= this.#cap;
  }

  /** `each`: what an entry takes at most besides its key. `kept`: entries that stay in any case. `own`: what it really takes, where that is far less. */
  part(each: number, kept = 0, own: (entry: T) => number = () => each): Part {
    return {
      weight: this.weigh(each, own),
      least: kept * (this.longest + each) + CUT,
      fold: (most) => this.keepBelow(firstBeyond(this.keys(), (key) => own(this.#entries.get(key)!), most - CUT)),
    };
  }

  weigh(each: number, own: (entry: T) => number = () => each): number {
    if (this.full) return this.#cap * (this.longest + each);
    return bytesOf(this.keys(), (key) => own(this.#entries.get(key)!));
  }

  has(key: string): boolean {
    return this.peek(key) !== undefined;
  }

  get size(): number {
    return this.#entries.size;
  }

  keys(): IterableIterator<string> {
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

export function bytesOf(keys: Iterable<string>, each: (key: string) => number): number {
  let bytes = 0;
  for (const key of keys) bytes += jsonBytes(key) + each(key);
  return bytes;
}

/** The hash of the first key, in order of hashes, with which they take more than `most`; Infinity where all of them fit. */
export function firstBeyond(keys: Iterable<string>, each: (key: string) => number, most: number): number {
  const ranked = Array.from(keys, (key) => ({ hash: unitHash(key), bytes: jsonBytes(key) + each(key) })).sort(
    (a, b) => a.hash - b.hash,
  );
  let sum = 0;
  for (const { hash, bytes } of ranked) {
    sum += bytes;
    if (sum > most) return hash;
  }
  return Number.POSITIVE_INFINITY;
}

export class Counted extends Capped<Seen> {
  constructor(cap: number, longest?: number) {
    super(cap, () => new Seen(), longest);
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
