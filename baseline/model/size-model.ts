import type { Call } from '../call.ts';
import type { Size } from './document.ts';
import type { Part } from './fit.ts';
import { KEPT, Largest } from './largest.ts';

/** The largest sizes of one action's or host's calls and invocations. */
export class SizeModel {
  readonly calls = new Largest();
  readonly bytesOut = new Largest();
  readonly bytesIn = new Largest();
  readonly items = new Largest();
  readonly bytesOutPerInvocation = new Largest();
  readonly bytesInPerInvocation = new Largest();
  readonly itemsPerInvocation = new Largest();

  /** One call. */
  see({ bytesOut, bytesIn, items }: Pick<Call, 'bytesOut' | 'bytesIn' | 'items'>): void {
    if (bytesOut !== null) this.bytesOut.addRounded(bytesOut);
    if (bytesIn !== null) this.bytesIn.addRounded(bytesIn);
    if (items !== null) this.items.add(items);
  }

  join(other: SizeModel): void {
    for (const key of SIZES) this[key].join(other[key].values);
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
    // Calls that a busy service did not answer count among the single ones only.
    const once =
      this.calls.values.length === 1 &&
      this.calls.values[0] === 1 &&
      SIZES.every((key) => `${this[key].values}` === `${this[singleOf(key)].values}`);
    const kept = once ? SIZES.filter((key) => !key.endsWith('PerInvocation')) : SIZES;
    return Object.fromEntries(kept.map((key) => [key, [...this[key].values]])) as unknown as Size;
  }

  read(size: Size): void {
    for (const key of SIZES) {
      const once = size.calls.length === 1 && size.calls[0] === 1;
      this[key].join(size[key] ?? (once ? size[singleOf(key)] : []));
    }
  }
}

const singleOf = (key: (typeof SIZES)[number]) => key.replace('PerInvocation', '') as 'bytesOut';

export const SIZES = [
  'calls',
  'bytesOut',
  'bytesIn',
  'items',
  'bytesOutPerInvocation',
  'bytesInPerInvocation',
  'itemsPerInvocation',
] as const;

/** Values of each kind at most, and bytes that one of every kind takes: below a terabyte, and a comma. */
export const NUMBERS = { most: KEPT, each: SIZES.length * 13 } as const;
