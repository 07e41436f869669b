import { unitFromText, unitText } from '../names/unit-hash.ts';

/** A list of names that keeps those below a hash where the document has no room for all. */
export interface Cuttable {
  /** Infinity where it keeps all. */
  readonly beyond: number;
  keepBelow(hash: number): void;
}

/** From which hash on names of a list are not kept, by the list's name: six characters. */
export type Cuts = Readonly<Record<string, string>>;

export function toCuts(lists: Readonly<Record<string, Cuttable>>): { cut?: Cuts } {
  const cut = Object.entries(lists).flatMap(([name, { beyond }]) =>
    beyond === Number.POSITIVE_INFINITY ? [] : [[name, unitText(beyond)]],
  );
  return cut.length === 0 ? {} : { cut: Object.fromEntries(cut) };
}

export function readCuts(lists: Readonly<Record<string, Cuttable>>, cuts: Cuts = {}): void {
  for (const [name, list] of Object.entries(lists)) {
    const hash = Object.hasOwn(cuts, name) ? unitFromText(cuts[name]!) : null;
    if (hash !== null) list.keepBelow(hash);
  }
}

/** Bytes of a list's cut, with what stands around it. */
export const CUT = 28;
