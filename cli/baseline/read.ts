import type { BaselineDocument } from '../../baseline/model/document.ts';
import { parseBaseline } from '../../baseline/model/read.ts';
import { BASELINE_FILE } from '../../baseline/store/packed.ts';
import { UsageError } from '../errors.ts';
import { inputName, readText } from '../input/whole.ts';

/** A document as it was read, and as it stands in the file: what a signature covers. */
export interface BaselineFile {
  readonly name: string;
  readonly document: BaselineDocument;
  readonly raw: Readonly<Record<string, unknown>>;
}

export function readBaselineFile(name: string): BaselineFile {
  const source = inputName(name);
  const text = readText(name, BASELINE, BASELINE_FILE);
  const document = parseBaseline(text, source);
  return { name: source, document, raw: JSON.parse(text) as Record<string, unknown> };
}

export const BASELINE = 'a baseline document (JSON)';

export function readBaselineFiles(names: readonly string[]): BaselineFile[] {
  if (names.filter((name) => name === '-').length > 1) throw new UsageError('standard input (-) can be read only once');
  return names.map(readBaselineFile);
}
