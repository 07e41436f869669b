import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { parseBaseline } from '../../baseline/model/read.ts';
import { fileProblem, InputError, UsageError } from '../errors.ts';

/** A document as it was read, and as it stands in the file: what a signature covers. */
export interface BaselineFile {
  readonly name: string;
  readonly document: BaselineDocument;
  readonly raw: Readonly<Record<string, unknown>>;
}

export function readBaselineFile(name: string): BaselineFile {
  const source = sourceOf(name);
  const text = textOf(baselineBytes(name), source);
  const document = parseBaseline(text, source);
  return { name: source, document, raw: JSON.parse(text) as Record<string, unknown> };
}

export const sourceOf = (name: string): string => (name === '-' ? 'standard input' : name);

/** What stands in the file, unpacked; `-` is standard input. */
export function baselineBytes(name: string): Buffer {
  if (name === '') throw new UsageError('the name of a file is empty');
  let bytes: Buffer;
  try {
    bytes = readFileSync(name === '-' ? 0 : name);
  } catch (cause) {
    throw new InputError(sourceOf(name), null, fileProblem(cause), { cause });
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw noText(sourceOf(name), cause);
  }
}

export function textOf(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw noText(source, cause);
  }
}

const noText = (source: string, cause: unknown): InputError =>
  new InputError(source, null, 'it is neither UTF-8 text nor whole gzip: a baseline document (JSON) was expected', {
    cause,
  });

export function readBaselineFiles(names: readonly string[]): BaselineFile[] {
  if (names.filter((name) => name === '-').length > 1) throw new UsageError('standard input (-) can be read only once');
  return names.map(readBaselineFile);
}
