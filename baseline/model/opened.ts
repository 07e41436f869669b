import { Cut } from './cut.ts';

/**
 * Where names were closed, and their document had no room for them: any name of their kind passes there now, and whoever approves is to know. By action and begin of the resource. Joins as a set; of
 * too many those with the smallest hash stay.
 */
export class Opened {
  #places: readonly string[] = [];

  get places(): readonly string[] {
    return this.#places;
  }

  add(places: Iterable<string>): void {
    this.#places = Cut.of([...new Set([...this.#places, ...places])].sort(), MOST);
  }

  toJson(): { opened?: readonly string[] } {
    return this.#places.length === 0 ? {} : { opened: this.#places };
  }
}

/** Enough to be told by: they take room, too. */
const MOST = 4;
