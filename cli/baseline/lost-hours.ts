import { listed } from '../../baseline/detect/listed.ts';
import type { BaselineDocument, FunctionBaseline } from '../../baseline/model/document.ts';
import { own } from '../../baseline/own.ts';
import type { BaselineFile } from './read.ts';

/** What a merge no longer knows: one file without the hours of a function is enough, and a detector falls silent. A sentence for each such file. */
export function lostHours(files: readonly BaselineFile[], merged: BaselineDocument): string[] {
  const lost = Object.keys(merged.functions).filter(
    (name) =>
      own(merged.functions, name)?.hours === undefined &&
      files.some(({ document }) => tellsHours(own(document.functions, name))),
  );
  return files.flatMap(({ name: file, document }) => {
    const untold = lost.filter((name) => {
      const baseline = own(document.functions, name);
      return baseline !== undefined && baseline.hours === undefined;
    });
    if (untold.length === 0) return [];
    return [
      `${file} does not say at which hours ${listed(untold)} ${untold.length === 1 ? 'runs' : 'run'}, so what the other files say of it is lost, and no run at another hour is told`,
    ];
  });
}

const tellsHours = (baseline: FunctionBaseline | undefined): boolean => Object.keys(baseline?.hours ?? {}).length > 0;
