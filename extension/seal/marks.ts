/** Slots that a table begins with, and those of the largest: 8 MiB, room for 786,432 marks. */
const FEWEST = 1_024;
const MOST = 2 ** 20;
const FULL = 0.75;
/** Seconds go round after more than an hour. No mark is asked for after more than half of that: what seems older is a clock that was put back. */
const ROUND = 2 ** 12;

/** 64 bits that stand for a signature, or for one of the calls that bear it. */
export interface Mark {
  readonly high: number;
  readonly low: number;
}

/**
 * What a signature is remembered by: 52 bits of it, so that one of half a million is taken for another once in ten milliard times. `call`: what tells calls apart
 * that bear the same signature.
 */
export function markOf(signature: string, call: string): Mark {
  // Of SigV4A, too, these stand within the number that nobody can change without the key.
  let high = Number.parseInt(signature.slice(16, 24), 16);
  let low = Number.parseInt(signature.slice(24, 32), 16);
  for (let at = 0; at < call.length; at++) {
    const code = call.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
  }
  return { high, low };
}

/** Marks and when each was made, eight bytes for each: a table with open addressing, since a Map would take ten times as much. */
export class Marks {
  #slots = new Uint32Array(2 * FEWEST);
  #count = 0;

  /** The last time counts. Where the largest table is full it begins anew: what was known before is known no more. */
  add(mark: Mark, seconds: number): void {
    if (this.#count >= FULL * (this.#slots.length / 2)) this.#grow();
    const at = this.#find(mark);
    if (this.#slots[at] === 0 && this.#slots[at + 1] === 0) this.#count++;
    this.#slots[at] = mark.high;
    this.#slots[at + 1] = partOf(mark) | (seconds % ROUND);
  }

  /** Since it was added last, seconds; null where it was not. */
  age(mark: Mark, seconds: number): number | null {
    const at = this.#find(mark);
    const low = this.#slots[at + 1]!;
    if (low === 0 && this.#slots[at] === 0) return null;
    const age = (seconds - low) & (ROUND - 1);
    return age < ROUND / 2 ? age : 0;
  }

  /** Where it stands, or would stand. */
  #find(mark: Mark): number {
    const slots = this.#slots;
    const high = mark.high >>> 0;
    const part = partOf(mark);
    const last = slots.length / 2 - 1;
    for (let place = high & last; ; place = (place + 1) & last) {
      const at = 2 * place;
      const low = slots[at + 1]!;
      if (low === 0 && slots[at] === 0) return at;
      if (slots[at] === high && ((low ^ part) & ~(ROUND - 1)) === 0) return at;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#count = 0;
    if (old.length >= 2 * MOST) return void old.fill(0);
    this.#slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at + 1]!;
      if (low !== 0 || old[at] !== 0) this.add({ high: old[at]!, low }, low % ROUND);
    }
  }
}

/** Of the low half what is not given to the time. */
const partOf = ({ low }: Mark): number => (low & ~(ROUND - 1)) >>> 0;
