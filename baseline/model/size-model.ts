import type { Call } from '../call.ts';
import type { Size } from './document.ts';
import type { Part } from './fit.ts';
import { KEPT, Largest } from './largest.ts';
import type { Sums } from './sums.ts';

/** The largest sizes of one action's or host's calls and invocations. */
export class SizeModel {
  readonly calls = new Largest();
  readonly bytesOut = new Largest();
  readonly bytesIn = new Largest();
  readonly items = new Largest();
  readonly bytesOutPerInvocation = new Largest();
  readonly bytesInPerInvocation = new Largest();
  readonly itemsPerInvocation = new Largest();

  /** One call, of an invocation that began on that day. */
  see({ bytesOut, bytesIn, items }: Pick<Call, 'bytesOut' | 'bytesIn' | 'items'>, day: number): void {
    if (bytesOut !== null) this.bytesOut.addRounded(bytesOut, day);
    if (bytesIn !== null) this.bytesIn.addRounded(bytesIn, day);
    if (items !== null) this.items.add(items, day);
  }

  /** The sums of one invocation that began on that day. Where all was answered by a busy service there is nothing to sum. */
  sum({ calls, bytesOut, bytesIn, items }: Sums, day: number): void {
    this.calls.add(calls, day);
    if (calls === 0) return;
    if (!Number.isNaN(bytesOut)) this.bytesOutPerInvocation.addRounded(bytesOut, day);
    if (!Number.isNaN(bytesIn)) this.bytesInPerInvocation.addRounded(bytesIn, day);
    if (!Number.isNaN(items)) this.itemsPerInvocation.add(items, day);
  }

  /**
   * False where bytes are none that the sensor would have measured: who tells no entries (CloudTrail) tells of S3's bodies without their heads, of all else nothing. As a bound for what is far too much they
   * are good enough.
   */
  get isWhole(): boolean {
    return this.items.values.length > 0;
  }

  join(other: SizeModel): void {
    for (const key of SIZES) this[key].join(other[key]);
  }

  /** How many values there were, a document does not tell: so it weighs as if it were full from the first on. */
  part(): Part {
    return {
      weight: NUMBERS.most * NUMBERS.each,
      least: NUMBERS.each,
      fold: (most) => this.keep(Math.floor(most / NUMBERS.each)),
    };
  }

  /** So many of each kind. */
  keep(most: number): void {
    for (const key of SIZES) this[key].keep(most);
  }

  toJson(): Size {
    const listed = SIZES.map((key) => this[key].toJson());
    const days = SIZES.map((key, i) => this[key].daysToText(listed[i]!));
    // Calls that a busy service did not answer count among the single ones only.
    const once =
      `${listed[0]}` === '1' &&
      SIZES.every((key, i) => {
        const single = SIZES.indexOf(singleOf(key));
        return `${listed[i]}` === `${listed[single]}` && days[i] === days[single];
      });
    const kept = once ? SINGLE : SIZES;
    return {
      ...Object.fromEntries(kept.map((key, i) => [key, listed[i]])),
      ...(days.every((text) => text === '') ? {} : { days: days.slice(0, kept.length).join(' ') }),
    } as unknown as Size;
  }

  /** `size` has passed `parseBaseline`, or was made by us. */
  read(size: Size): void {
    for (const key of SIZES) {
      const from = size[key] === undefined && `${size.calls}` === '1' ? singleOf(key) : key;
      const days = size.days?.split(' ')[SIZES.indexOf(from)] ?? '';
      this[key].join(Largest.from(size[from] ?? [], days) ?? Largest.from(size[from] ?? [], '')!);
    }
  }
}

/** Of single calls first: days are told in this order. */
const SINGLE = ['calls', 'bytesOut', 'bytesIn', 'items'] as const;
export const SIZES = [...SINGLE, 'bytesOutPerInvocation', 'bytesInPerInvocation', 'itemsPerInvocation'] as const;

export const singleOf = (key: (typeof SIZES)[number]) => key.replace('PerInvocation', '') as (typeof SINGLE)[number];

/** Below a terabyte, and a comma; the days that there are as many of at most may each have one more, with its date. */
const VALUE = 13;
const DAY = VALUE + 6;
/** Values of each kind at most, and bytes that one of every kind takes. */
export const NUMBERS = { most: KEPT, each: SIZES.length * (VALUE + DAY) } as const;
