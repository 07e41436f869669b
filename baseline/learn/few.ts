/**
 * What an invocation has few of, by name. A map would take a kilobyte for the three or four that there mostly are, for each of thousands of invocations; gone through one by one they are found as soon.
 * The caller keeps it short.
 */
export class Few<T extends Named<T>> {
  #latest: T | null = null;
  #spare: T | null = null;
  size = 0;

  get(name: string): T | undefined {
    for (let one = this.#latest; one !== null; one = one.before) if (one.name === name) return one;
    return undefined;
  }

  /** The name must be a new one. */
  add(one: T): void {
    one.before = this.#latest;
    this.#latest = one;
    this.size++;
  }

  /** One that was cleared, to be added again by another name. */
  spare(): T | null {
    const one = this.#spare;
    if (one !== null) this.#spare = one.before;
    return one;
  }

  clear(): void {
    for (let one = this.#latest; one !== null; ) {
      const { before } = one;
      one.before = this.#spare;
      this.#spare = one;
      one = before;
    }
    this.#latest = null;
    this.size = 0;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let one = this.#latest; one !== null; one = one.before) yield one;
  }
}

export interface Named<T> {
  name: string;
  /** The one that was added before; for `Few` alone. */
  before: T | null;
}
