/**
 * What an invocation has few of, by name. A map would take a kilobyte for the three or four that there mostly are, for each of thousands of invocations; gone through one by one they are found as soon.
 * The caller keeps it short. What was cleared serves again.
 */
export class Few<T extends { name: string }> {
  readonly #all: T[] = [];
  size = 0;

  get(name: string): T | undefined {
    for (let at = this.size - 1; at >= 0; at--) if (this.#all[at]!.name === name) return this.#all[at];
    return undefined;
  }

  /** The name must be a new one. What else it says is as `make` has it, or as it was left before it was cleared. */
  add(name: string, make: () => T): T {
    const all = this.#all;
    if (this.size === all.length) all.push(make());
    const one = all[this.size++]!;
    one.name = name;
    return one;
  }

  at(place: number): T {
    return this.#all[place]!;
  }

  clear(): void {
    this.size = 0;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let at = 0; at < this.size; at++) yield this.#all[at]!;
  }
}
