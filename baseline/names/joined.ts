/**
 * Two names with a mark between them, remembered: they come again with every call, and a string that is made anew must be hashed anew wherever it is looked up.
 * A cap, not a size to reach.
 */
export class Joined {
  readonly #mark: string;
  readonly #known = new Map<string, Map<string, string>>();
  #size = 0;

  constructor(mark: string) {
    this.#mark = mark;
  }

  of(first: string, second: string): string {
    let joined = this.#known.get(second);
    if (joined === undefined) {
      joined = new Map();
      this.#known.set(second, joined);
    }
    let text = joined.get(first);
    if (text === undefined) {
      text = first + this.#mark + second;
      if (++this.#size > MAX) {
        this.#known.clear();
        this.#size = 0;
      } else joined.set(first, text);
    }
    return text;
  }
}

const MAX = 2_000;
