import { open } from 'node:fs/promises';
import type { Source } from './source.ts';

/** What is read at once. */
const PIECE = 1024 * 1024;

/** A file, or standard input, piece by piece. A piece stands in memory until the next but one is asked for: of a file two buffers take turns, for to have a new one cleared each time takes longer than to read into it. */
export async function* piecesOf({ path }: Source): AsyncGenerator<Buffer> {
  if (path === null) {
    // Not closed where the reader stops: it is the process's own
    for (const pieces = process.stdin[Symbol.asyncIterator](); ; ) {
      const { value, done } = await pieces.next();
      if (done) return;
      yield value;
    }
  }
  const file = await open(path);
  try {
    const buffers = [Buffer.allocUnsafeSlow(PIECE), Buffer.allocUnsafeSlow(PIECE)];
    for (let turn = 0; ; turn = 1 - turn) {
      const { bytesRead, buffer } = await file.read(buffers[turn]!, 0, PIECE, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}
