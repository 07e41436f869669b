import { unitHash } from '../names/unit-hash.ts';

/**
 * Which keys of too many stay: those with the smallest hash, of one hash those with the smaller name. This depends on the set of keys alone, so that it joins. The keys that
 * stay are in a heap, the first to go on top, each with its hash: whoever writes keys by the hundred thousand pays for each of them, not for each times all that are kept.
 */
export class Cut {
  readonly #heap: Ranked[];

  /** `keys`: as many as may stay. */
  constructor(keys: Iterable<string>) {
    // Sorted downwards is a heap.
    this.#heap = Array.from(keys, ranked).sort((a, b) => (isAfter(a, b) ? -1 : 1));
  }

  /** Takes the key in for the one that has to go, which it returns; undefined where it is the key itself. The key must be a new one. */
  admit(key: string): string | undefined {
    const heap = this.#heap;
    const entry = ranked(key);
    const top = heap[0];
    if (top === undefined || !isAfter(top, entry)) return undefined;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isAfter(heap[child + 1]!, heap[child]!)) child++;
      if (!isAfter(heap[child]!, entry)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = entry;
    return top.key;
  }

  /** Of different keys those that stay, in the order given. */
  static of(keys: readonly string[], most: number): readonly string[] {
    if (keys.length <= most) return keys;
    const entries = keys.map(ranked).sort((a, b) => (isAfter(b, a) ? -1 : 1));
    const kept = new Set(entries.slice(0, most).map(({ key }) => key));
    return keys.filter((key) => kept.has(key));
  }
}

interface Ranked {
  readonly key: string;
  readonly hash: number;
}

const ranked = (key: string): Ranked => ({ key, hash: unitHash(key) });

const isAfter = (a: Ranked, b: Ranked): boolean => (a.hash === b.hash ? a.key > b.key : a.hash > b.hash);
