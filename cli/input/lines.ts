import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isPacked } from '../../baseline/store/packed.ts';
import { fileProblem, InputError } from '../errors.ts';
import { piecesOf } from './pieces.ts';
import type { Source } from './source.ts';
import { gzipProblem } from './whole.ts';

export interface LineReader {
  /** Takes a line as it stands in memory, until the one after it has been taken; false where it would rather have it as text. */
  bytes?(bytes: Buffer, from: number, to: number): boolean;
  /** The line that was taken last does not stand in memory any more. */
  forget?(): void;
  /** A line without its end, and its number from 1. Empty lines are left out. */
  line(text: string, number: number): void;
  /** Between two pieces of input: `read` bytes of the file have been taken. To wait here slows the reading. */
  piece?(read: number): void | Promise<void>;
}

/** Well below what a string can hold; CloudTrail's own files are at most 50 MB, and one line. */
export const MAX_LINE = 256 * 1024 * 1024;

const NEWLINE = 10;
const RETURN = 13;
const BOM = '\ufeff';

/** Streams a file line by line with bounded memory; gzip (known by its first bytes, whatever the name) is unpacked on the way. */
export async function readLines(source: Source, reader: LineReader): Promise<void> {
  let read = 0;
  let number = 0;
  /** The begin of a line whose end has not come yet. */
  let held: Buffer[] = [];
  let heldBytes = 0;
  let hasTaken = false;

  const take = (bytes: Buffer, from: number, to: number) => {
    number++;
    const end = to > from && bytes[to - 1] === RETURN ? to - 1 : to;
    if (end === from) return;
    if (reader.bytes?.(bytes, from, end)) {
      hasTaken = true;
      return;
    }
    let text = bytes.toString('utf8', from, end);
    if (number === 1 && text.startsWith(BOM)) text = text.slice(1);
    reader.line(text, number);
  };
  const close = (bytes: Buffer, to: number) => {
    const line = Buffer.concat([...held, bytes.subarray(0, to)]);
    held = [];
    heldBytes = 0;
    take(line, 0, line.length);
  };

  for await (const bytes of unpacked(source, (count) => (read += count))) {
    let from = 0;
    let to = bytes.indexOf(NEWLINE);
    if (to >= 0 && heldBytes > 0) {
      close(bytes, to);
      from = to + 1;
      to = bytes.indexOf(NEWLINE, from);
    }
    while (to >= 0) {
      take(bytes, from, to);
      from = to + 1;
      to = bytes.indexOf(NEWLINE, from);
    }
    if (from < bytes.length) {
      held.push(Buffer.from(bytes.subarray(from)));
      heldBytes += bytes.length - from;
      if (heldBytes > MAX_LINE) throw new InputError(source.name, number + 1, 'the line is longer than 256 MiB');
    }
    // What was taken from the piece before is read over by the next one
    if (!hasTaken) reader.forget?.();
    hasTaken = false;
    await reader.piece?.(read);
  }
  if (heldBytes > 0) close(Buffer.alloc(0), 0);
}

async function* unpacked(source: Source, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  const pieces = piecesOf(source);
  try {
    let first: Buffer = Buffer.alloc(0);
    while (first.length < 2) {
      const { value, done } = await pieces.next();
      if (done) break;
      first = first.length === 0 ? value : Buffer.concat([first, value]);
    }
    const packed = isPacked(first);
    if (!packed && /\.gz$/i.test(source.path ?? '')) {
      const what = first.length === 0 ? 'it is empty' : 'it does not begin as gzip does';
      throw new InputError(source.name, null, `${what}, but its name ends in .gz`);
    }
    const rest = async function* () {
      count(first.length);
      if (first.length > 0) yield first;
      for (;;) {
        const { value, done } = await pieces.next();
        if (done) return;
        count(value.length);
        yield value;
      }
    };
    // What comes in small pieces, from a pipe, waits in the inflater for longer than pieces stand
    const kept = async function* () {
      for await (const piece of rest()) yield Buffer.from(piece);
    };
    if (!packed) yield* rest();
    else yield* pipeline(kept, createGunzip({ chunkSize: 256 * 1024 }), () => {}) as Readable as AsyncIterable<Buffer>;
  } catch (cause) {
    throw readable(source, cause);
  } finally {
    await pieces.return(undefined);
  }
}

function readable(source: Source, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException | null)?.code;
  if (cause instanceof InputError || typeof code !== 'string') return cause;
  const packed = gzipProblem(cause);
  if (packed !== null) return new InputError(source.name, null, packed, { cause });
  return /^E[A-Z]+$/.test(code) ? new InputError(source.name, null, fileProblem(cause), { cause }) : cause;
}
