import { counted } from '../progress.ts';

/**
 * Whose calls each file holds. Where files are one function's each, calls of another's among them are worth a look: whoever may write the one file teaches the other function, too.
 */
export class Claims {
  readonly #files: FileClaims[] = [];

  file(name: string): FileClaims {
    const file = new FileClaims(name);
    this.#files.push(file);
    return file;
  }

  /** One sentence for each function that a file of another's holds calls of, while a file of its own is there. None where some file is nobody's: CloudTrail's hold what many did. */
  strangers(): string[] {
    const owners = this.#files.map((file) => file.owner());
    if (owners.includes(null)) return [];
    return this.#files.flatMap((file, i) =>
      [...file.calls()].flatMap(([name, calls]) =>
        name === owners[i] || !owners.includes(name)
          ? []
          : [
              `${file.name}, which is ${owners[i]}'s but for that, holds ${counted(calls, 'call')} of ${name}: learned as its own`,
            ],
      ),
    );
  }
}

export class FileClaims {
  readonly name: string;
  readonly #calls = new Map<string, { calls: number }>();
  /** Calls of one function mostly come together. */
  #latest: string | null = null;
  #sum = { calls: 0 };

  constructor(name: string) {
    this.name = name;
  }

  add(functionName: string): void {
    if (functionName !== this.#latest) {
      this.#latest = functionName;
      this.#sum = this.#calls.get(functionName) ?? { calls: 0 };
      if (this.#calls.size < MOST_FUNCTIONS) this.#calls.set(functionName, this.#sum);
    }
    this.#sum.calls++;
  }

  *calls(): Generator<[string, number]> {
    for (const [name, { calls }] of this.#calls) yield [name, calls];
  }

  /** The function that nearly all of its calls are of; undefined where it holds none, null where it is nobody's. */
  owner(): string | null | undefined {
    if (this.#calls.size === 0) return undefined;
    let all = 0;
    for (const { calls } of this.#calls.values()) all += calls;
    for (const [name, { calls }] of this.#calls) if (calls >= all * NEARLY_ALL) return name;
    return null;
  }
}

const NEARLY_ALL = 0.9;
/** Names are input; the learner keeps no more either. */
const MOST_FUNCTIONS = 10_000;
