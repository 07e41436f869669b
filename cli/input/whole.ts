import { readFileSync } from 'node:fs';
import { SMALL_FILE, unpacked } from '../../baseline/store/packed.ts';
import { fileProblem, InputError, UsageError } from '../errors.ts';

/** As an input is called in messages. */
export const inputName = (name: string): string => (name === '-' ? 'standard input' : name);

/** The whole of a file, `-` is standard input; gzip, known by its first bytes whatever the name, is unpacked. `most` bytes and no more: what is longer is streamed (lines.ts). */
export function readWhole(name: string, most = SMALL_FILE): Uint8Array {
  if (name === '') throw new UsageError('the name of a file is empty');
  let bytes: Buffer;
  try {
    bytes = readFileSync(name === '-' ? 0 : name);
  } catch (cause) {
    throw new InputError(inputName(name), null, fileProblem(cause), { cause });
  }
  const limit = `larger than ${most / 2 ** 20} MiB`;
  if (bytes.length > most) throw new InputError(inputName(name), null, `it is ${limit}`);
  try {
    return unpacked(bytes, most);
  } catch (cause) {
    const long = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const problem = long ? `unpacked it is ${limit}` : (gzipProblem(cause) ?? fileProblem(cause));
    throw new InputError(inputName(name), null, problem, { cause });
  }
}

/** The same as text, in UTF-8. */
export const readText = (name: string, expected: string, most = SMALL_FILE): string =>
  textOf(readWhole(name, most), inputName(name), expected);

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
  return code?.startsWith('Z_') ? 'the gzip data is corrupt' : null;
}
