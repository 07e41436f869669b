import type { Want } from './tree.ts';

/** What a want says about the keys of one object. */
export interface Plan {
  readonly any: Want | undefined;
  /** Wanted names in lower case; none where any name is wanted. */
  readonly folded: ReadonlySet<string>;
  /** A bit for each length that a wanted name has. */
  readonly lengths: number;
  readonly wanted: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

const plans = new WeakMap<Want, Plan>();

export const lengthBit = (length: number): number => 1 << Math.min(length, 31);

export function planOf(want: Want): Plan {
  return plans.get(want) ?? plan(want);
}

function plan(want: Want): Plan {
  const any = want.get('*');
  const names = any === undefined ? [...want.keys()] : [];
  const made = {
    any,
    folded: new Set(names.map((name) => name.toLowerCase())),
    lengths: names.reduce((bits, name) => bits | lengthBit(name.length), 0),
    wanted: names.map((name) => ({ name, bytes: new Uint8Array(Buffer.from(name)) })),
  };
  plans.set(want, made);
  return made;
}
