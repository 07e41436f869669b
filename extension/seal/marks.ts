/** Slots that a table begins with, and those of the largest: 8 MiB, room for 786,432 marks. */
const FEWEST = 1_024;
const MOST = 2 ** 20;
const FULL = 0.75;
/** Slots of the table before that are emptied with each mark that comes: all are, long before the new one is full. */
const STEP = 64;
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

/** Marks and when each was made, eight bytes for each: tables with open addressing, since a Map would take ten times as much. */
export class Marks {
  #slots = new Uint32Array(2 * FEWEST);
  #count = 0;
  /** The table before, from which marks come over step by step: half a million at once would stop all calls for a tenth of a second. */
  #before: Uint32Array | null = null;
  #moved = 0;

  /** The last time counts. Where the largest table is full it begins anew: what was known before is known no more. */
  add(mark: Mark, seconds: number): void {
    if (this.#count >= FULL * (this.#slots.length / 2)) this.#grow();
    this.#move();
    const at = find(this.#slots, mark);
    if (isFree(this.#slots, at)) this.#count++;
    this.#slots[at] = mark.high;
    this.#slots[at + 1] = partOf(mark.low) | (seconds % ROUND);
  }

  /** Since it was added last, seconds; null where it was not. */
  age(mark: Mark, seconds: number): number | null {
    const low = lowOf(this.#slots, mark) ?? (this.#before === null ? null : lowOf(this.#before, mark));
    if (low === null) return null;
    const age = (seconds - low) & (ROUND - 1);
    return age < ROUND / 2 ? age : 0;
  }

  #grow(): void {
    this.#count = 0;
    if (this.#slots.length >= 2 * MOST) return void this.#slots.fill(0);
    this.#before = this.#slots;
    this.#moved = 0;
    this.#slots = new Uint32Array(2 * this.#before.length);
  }

  /** What was added since is later than what comes over. */
  #move(): void {
    const before = this.#before;
    if (before === null) return;
    const end = Math.min(this.#moved + 2 * STEP, before.length);
    for (let at = this.#moved; at < end; at += 2) {
      if (isFree(before, at)) continue;
      const to = find(this.#slots, { high: before[at]!, low: before[at + 1]! });
      if (!isFree(this.#slots, to)) continue;
      this.#count++;
      this.#slots[to] = before[at]!;
      this.#slots[to + 1] = before[at + 1]!;
    }
    this.#moved = end;
    if (end === before.length) this.#before = null;
  }
}

/** Where it stands, or would stand. */
function find(slots: Uint32Array, mark: Mark): number {
  const high = mark.high >>> 0;
  const part = partOf(mark.low);
  const last = slots.length / 2 - 1;
  for (let place = high & last; ; place = (place + 1) & last) {
    const at = 2 * place;
    if (isFree(slots, at)) return at;
    if (slots[at] === high && ((slots[at + 1]! ^ part) & ~(ROUND - 1)) === 0) return at;
  }
}

const isFree = (slots: Uint32Array, at: number): boolean => slots[at + 1] === 0 && slots[at] === 0;

function lowOf(slots: Uint32Array, mark: Mark): number | null {
  const at = find(slots, mark);
  return isFree(slots, at) ? null : slots[at + 1]!;
}

/** Of the low half what is not given to the time. */
const partOf = (low: number): number => (low & ~(ROUND - 1)) >>> 0;
