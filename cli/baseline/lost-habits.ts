import type { BaselineDocument, FunctionBaseline } from '../../baseline/model/document.ts';
import { listed } from '../../baseline/names/listed.ts';
import { own } from '../../baseline/own.ts';
import type { BaselineFile } from './read.ts';

/** What a merge no longer knows: one file that does not say is enough, and a detector falls silent. A sentence for each such file. */
export function lostHabits(files: readonly BaselineFile[], merged: BaselineDocument): string[] {
  return files.flatMap(({ name: file, document }) => {
    const silent = new Map<string, string[]>();
    for (const [name, baseline] of Object.entries(document.functions)) {
      const lost = HABITS.filter(
        ([of]) =>
          baseline[of] === undefined &&
          own(merged.functions, name)?.[of] === undefined &&
          files.some((other) => Object.keys(own(other.document.functions, name)?.[of] ?? {}).length > 0),
      );
      for (const [, what] of lost) silent.set(what, [...(silent.get(what) ?? []), name]);
    }
    return [...silent].map(
      ([what, names]) =>
        `${file} does not say ${what.replace('NAMES', listed(names))}, so what the other files say of it is lost, and ${TOLD.get(what)} is told`,
    );
  });
}

const HABITS: readonly (readonly [of: keyof FunctionBaseline, what: string, told: string])[] = [
  ['hours', 'at which hours NAMES ran', 'no run at another hour'],
  ['several', 'what an invocation of NAMES keeps to', 'no second tenant or thing in one'],
  ['repeats', 'whether an invocation of NAMES keeps to what it has named', 'no other tenant than that'],
  ['ages', 'how old the dates in names are when NAMES uses them', 'no older one'],
];
const TOLD: ReadonlyMap<string, string> = new Map(HABITS.map(([, what, told]) => [what, told]));
