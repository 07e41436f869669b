import type { RepeatsBaseline } from './document.ts';
import { evidence, seenOf } from './evidence.ts';
import { EVIDENCE } from './fit.ts';
import { Follows } from './follows.ts';
import { Seen, type Sighting } from './seen.ts';

/**
 * Whether the names at a place are such as the invocation has named before, wherever that was: the folder that is written to is that of the tenant whose object was read. Where that is often not so,
 * only this is kept, and nothing that is learned later brings the habit back.
 */
export class Repeats {
  readonly #repeated = new Seen();
  /** Invocations that named something here which they had not named before. */
  readonly anew = new Follows();

  add(isRepeated: boolean, sighting: Sighting): void {
    if (!isRepeated) this.anew.add(sighting);
    else if (!this.#isUndone) this.#repeated.add(sighting);
  }

  join(other: Repeats): void {
    this.anew.join(other.anew);
    this.#repeated.join(other.#repeated);
  }

  /** Invocations that named here what they had named before; none where it is no habit. */
  get repeated(): Seen {
    return this.#isUndone ? NONE : this.#repeated;
  }

  get #isUndone(): boolean {
    return this.anew.often && this.anew.days.few === null;
  }

  toJson(): RepeatsBaseline {
    return {
      ...(this.repeated.count() === 0 ? {} : { repeated: evidence(this.repeated) }),
      ...(this.anew.count() === 0 ? {} : { anew: this.anew.toText() }),
    };
  }

  read({ repeated, anew }: RepeatsBaseline): void {
    if (anew !== undefined) this.anew.join(Follows.fromText(anew) ?? new Follows());
    if (repeated !== undefined) this.#repeated.join(seenOf(repeated));
  }
}

const NONE = new Seen();

/** Of paths: folders by depth, then the file without its extension. */
export const PLACE_NAMES: readonly string[] = ['0', '1', '2', 'file'];

/** The places of one action below one head. */
export class RepeatsAt {
  readonly #places: (Repeats | undefined)[] = PLACE_NAMES.map(() => undefined);

  peek(at: number): Repeats | undefined {
    return this.#places[at];
  }

  *[Symbol.iterator](): Generator<Repeats> {
    for (const repeats of this.#places) if (repeats !== undefined) yield repeats;
  }

  get(at: number): Repeats {
    this.#places[at] ??= new Repeats();
    return this.#places[at];
  }

  join(other: RepeatsAt): void {
    for (const [at, repeats] of other.#places.entries()) if (repeats !== undefined) this.get(at).join(repeats);
  }

  toJson(): Record<string, RepeatsBaseline> {
    return Object.fromEntries(
      PLACE_NAMES.flatMap((name, at) => {
        const repeats = this.#places[at];
        return repeats === undefined ? [] : [[name, repeats.toJson()]];
      }),
    );
  }

  read(places: Readonly<Record<string, RepeatsBaseline>>): void {
    for (const [name, repeats] of Object.entries(places)) this.get(PLACE_NAMES.indexOf(name)).read(repeats);
  }
}

/** Bytes. */
export const REPEATS = PLACE_NAMES.length * (EVIDENCE + 100);
