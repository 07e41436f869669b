import { MAX_FUNCTIONS } from '../../baseline/learn/learner.ts';
import { counted } from '../progress.ts';

/**
 * Whose calls each file holds. Where a function has a file of its own, calls of it in others are worth a look: whoever may write one of those teaches that function, too. CloudTrail's
 * files hold what many did, and claim nothing.
 */
export class Claims {
  readonly #files: FileClaims[] = [];

  file(name: string): FileClaims {
    const file = new FileClaims(name);
    this.#files.push(file);
    return file;
  }

  /** One sentence for each function that a file of another's, or of nobody's, holds calls of, while a file of its own is there. */
  strangers(): string[] {
    const owners = this.#files.map((file) => file.owner());
    const owned = new Set(owners);
    return this.#files.flatMap((file, i) =>
      [...file.calls()].flatMap(([name, calls]) => {
        if (name === owners[i] || !owned.has(name)) return [];
        const whose = owners[i] === null ? "which is no one function's" : `which is ${owners[i]}'s but for that`;
        const theirs = owners[i] === null ? ', which has a file of its own' : '';
        return [`${file.name}, ${whose}, holds ${counted(calls, 'call')} of ${name}${theirs}: learned as its own`];
      }),
    );
  }
}

export class FileClaims {
  readonly name: string;
  readonly #calls = new Map<string, { calls: number }>();
  /** Those too whose function there was no room for. */
  #all = 0;
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
      if (this.#calls.size < MAX_FUNCTIONS) this.#calls.set(functionName, this.#sum);
    }
    this.#sum.calls++;
    this.#all++;
  }

  *calls(): Generator<[string, number]> {
    for (const [name, { calls }] of this.#calls) yield [name, calls];
  }

  /** The function that nearly all of its calls are of; null where it is nobody's. */
  owner(): string | null {
    for (const [name, { calls }] of this.#calls) if (calls >= this.#all * NEARLY_ALL) return name;
    return null;
  }
}

const NEARLY_ALL = 0.9;
