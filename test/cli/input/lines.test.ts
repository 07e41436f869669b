import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { readLines } from '../../../cli/input/lines.ts';
import { piecesOf } from '../../../cli/input/pieces.ts';
import { readRecords } from '../../../cli/input/records.ts';
import { call } from '../calls.ts';
import { testFolder } from '../tool.ts';

const folder = testFolder();
const source = (path: string) => ({ name: path, path, size: null });
/** Of several megabytes, the longest over several pieces. */
const texts = [3_000_000, 10, 1_048_575, 1_048_576, 7, 2_100_000, 1].map((length) =>
  randomBytes(length).toString('hex').slice(length),
);
const file = folder.write('lines.txt', `${texts.join('\n')}\n`);

describe('a file that is read piece by piece', () => {
  it.each([
    ['as it stands', file],
    ['packed', folder.write('lines.txt.gz', gzipSync(`${texts.join('\n')}\n`))],
  ])('has the lines that it has, wherever its pieces end: %s', async (_, path) => {
    const read: string[] = [];
    await readLines(source(path), { line: (text) => read.push(text) });
    expect(read.map((text) => text.length)).toEqual(texts.map((text) => text.length));
    expect(read.every((text, i) => text === texts[i])).toBe(true);
  });

  it('has them too where it is a pipe that is packed and comes in small pieces', async () => {
    const path = folder.at('pipe');
    execFileSync('mkfifo', [path]);
    const packed = gzipSync(`${texts.join('\n')}\n`);
    const send = async () => {
      const pipe = await open(path, 'w');
      for (let at = 0; at < packed.length; at += 4_096)
        await pipe.write(packed, at, Math.min(4_096, packed.length - at));
      await pipe.close();
    };
    const read: string[] = [];
    await Promise.all([send(), readLines(source(path), { line: (text) => read.push(text) })]);
    expect(read.length).toBe(texts.length);
    expect(read.every((text, i) => text === texts[i])).toBe(true);
  });

  it('is no longer compared with a line whose memory was read over', async () => {
    const MIB = 1_048_576;
    const record = (bucket: string, note?: string) =>
      JSON.stringify({
        ...call({ access: [{ action: 's3:GetObject', resources: [`arn:aws:s3:::${bucket}/x`] }] }),
        note,
      });
    const ordinary = `${record('photos')}\n`;
    const before = ordinary.repeat(Math.floor((MIB - 2_000) / ordinary.length));
    // So that the last line stands where, two pieces before, the one before the long one stood
    const place = 2 * MIB + before.length - ordinary.length;
    const long = record('photos', '-'.repeat(place - before.length - record('photos', '').length - 1));
    const text = `${before}${long}\n${record('secret')}\n`;
    expect(text.indexOf(record('secret'))).toBe(place);
    const calls: Call[] = [];
    await readRecords(source(folder.write('long.jsonl', text)), { call: (one) => calls.push(one), learned: () => {} });
    expect(calls.at(-1)?.access[0]?.resources).toEqual(['arn:aws:s3:::secret/x']);
  });

  it('keeps a piece in memory until the next but one is asked for', async () => {
    let last: { piece: Buffer; copy: Buffer } | null = null;
    let pieces = 0;
    for await (const piece of piecesOf(source(file))) {
      if (last !== null) expect(last.piece.equals(last.copy)).toBe(true);
      last = { piece, copy: Buffer.from(piece) };
      pieces++;
    }
    expect(pieces).toBeGreaterThan(3);
  });
});
