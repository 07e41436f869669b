import { shapeOf } from '../../baseline/names/shape.ts';

/** A sentence whose numbers may vary: "5 calls in one invocation" and "31 calls in one invocation" are "5 to 31 calls in one invocation". */
export class Numbered {
  readonly #words: readonly string[];
  readonly #least: string[];
  readonly #most: string[];

  constructor(text: string) {
    const parts = text.split(NUMBER);
    this.#words = parts.filter((_, i) => i % 2 === 0);
    this.#least = parts.filter((_, i) => i % 2 === 1);
    this.#most = [...this.#least];
  }

  /** The same for all that may be joined: numbers aside, and names that differ in their ids only. */
  get form(): string {
    return this.#words.join('#').replace(NAME, shapeOf);
  }

  join(other: Numbered): void {
    for (const [i, number] of other.#least.entries())
      if (Number(number) < Number(this.#least[i])) this.#least[i] = number;
    for (const [i, number] of other.#most.entries()) if (Number(number) > Number(this.#most[i])) this.#most[i] = number;
  }

  toString(): string {
    return this.#words
      .map((words, i) => {
        const [least, most] = [this.#least[i] ?? '', this.#most[i] ?? ''];
        return `${words}${least === most ? least : `${least} to ${most}`}`;
      })
      .join('');
  }
}

const NAME = /[^\s/()[\],;]+/g;
/** By itself: not what stands within a name. */
const NUMBER = /(?<![\w.-])(\d+(?:\.\d+)?)(?![\w-]|\.\w)/;
