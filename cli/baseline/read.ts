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

/** `-` is standard input; gzip is unpacked. */
export function readBaselineFile(name: string): BaselineFile {
  if (name === '') throw new UsageError('the name of a file is empty');
  const source = name === '-' ? 'standard input' : name;
  let bytes: Buffer;
  try {
    bytes = readFileSync(name === '-' ? 0 : name);
  } catch (cause) {
    throw new InputError(source, null, fileProblem(cause), { cause });
  }
  let text: string;
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
    text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch (cause) {
    throw new InputError(
      source,
      null,
      'it is neither UTF-8 text nor whole gzip: a baseline document (JSON) was expected',
      {
        cause,
      },
    );
  }
  const document = parseBaseline(text, source);
  return { name: source, document, raw: JSON.parse(text) as Record<string, unknown> };
}

export function readBaselineFiles(names: readonly string[]): BaselineFile[] {
  if (names.filter((name) => name === '-').length > 1) throw new UsageError('standard input (-) can be read only once');
  return names.map(readBaselineFile);
}
