import { readFileSync } from 'node:fs';
import { unpacked } from '../../baseline/store/packed.ts';
import { fileProblem, InputError, UsageError } from '../errors.ts';

/** As an input is called in messages. */
export const inputName = (name: string): string => (name === '-' ? 'standard input' : name);

/** The whole of a file, `-` is standard input; gzip, known by its first bytes whatever the name, is unpacked. For what is small: the rest is streamed (lines.ts). */
export function readWhole(name: string): Uint8Array {
  if (name === '') throw new UsageError('the name of a file is empty');
  let bytes: Buffer;
  try {
    bytes = readFileSync(name === '-' ? 0 : name);
  } catch (cause) {
    throw new InputError(inputName(name), null, fileProblem(cause), { cause });
  }
  try {
    return unpacked(bytes);
  } catch (cause) {
    throw new InputError(inputName(name), null, gzipProblem(cause) ?? fileProblem(cause), { cause });
  }
}

/** The same as text, in UTF-8. */
export const readText = (name: string, expected: string): string => textOf(readWhole(name), inputName(name), expected);

export function textOf(bytes: Uint8Array, source: string, expected: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError(source, null, `it is neither UTF-8 text nor gzip: ${expected} was expected`, { cause });
  }
}

/** What is wrong with gzip data, in words; null where something else is. */
export function gzipProblem(error: unknown): string | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'Z_BUF_ERROR') return 'the gzip data ends too early: the file is cut off';
  if (code === 'ERR_BUFFER_TOO_LARGE') return 'unpacked it is larger than 512 MiB';
  return code?.startsWith('Z_') ? 'the gzip data is corrupt' : null;
}
