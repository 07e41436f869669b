import type { BaselineDocument, FunctionBaseline } from '../../baseline/model/document.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import { UsageError } from '../errors.ts';

/** The entries that were asked for, by name or ARN; all of them where none was named. */
export function selectFunctions(
  document: BaselineDocument,
  names: readonly string[] | undefined,
  source: string,
): [name: string, baseline: FunctionBaseline][] {
  const entries = Object.entries(document.functions);
  if (entries.length === 0) throw new UsageError(`${source} holds no function`);
  if (names === undefined || names.length === 0) return entries;
  return names.map((name) => {
    const exact = entries.find(([key]) => key === name);
    if (exact !== undefined) return exact;
    const matches = entries.filter(([key]) => functionName(key) === functionName(name));
    if (matches.length === 1) return matches[0]!;
    const known = entries.slice(0, 5).map(([key]) => key);
    throw new UsageError(
      matches.length > 1
        ? `--function ${name} could be ${matches.map(([key]) => key).join(' or ')} in ${source}`
        : `${source} has no function ${JSON.stringify(name)}: it has ${known.join(', ')}${entries.length > 5 ? ', …' : ''}`,
    );
  });
}
