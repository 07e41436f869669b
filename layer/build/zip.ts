import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'fflate';
import { type BuiltFile, sorted } from './file.ts';

/**
 * A zip that depends on nothing but its files' names, modes and content: every entry is dated 1980-01-01, sorted, made as on Unix so that
 * modes survive (APPNOTE.TXT 4.4.15, 4.3.6), and compressed by fflate, whose output no machine's zlib changes.
 */
export function zip(files: readonly BuiltFile[], cache: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const file of sorted(files)) {
    const { content } = file;
    const body = compressed(content, cache);
    const name = Buffer.from(file.path, 'utf8');
    const common = entryFields(name, content, body);
    const local = Buffer.concat([uint32(0x04034b50), common, uint16(name.length), uint16(0), name]);
    directory.push(
      Buffer.concat([
        uint32(0x02014b50),
        // Made by: Unix, version 2.0.
        uint16((3 << 8) | 20),
        common,
        uint16(name.length),
        // Extra field, comment, disk, internal attributes: none.
        uint16(0),
        uint16(0),
        uint16(0),
        uint16(0),
        // A regular file with its mode, in the upper half.
        uint32(((0o100000 | file.mode) << 16) >>> 0),
        uint32(offset),
        name,
      ]),
    );
    parts.push(local, body);
    offset += local.length + body.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.concat([
    uint32(0x06054b50),
    uint16(0),
    uint16(0),
    uint16(files.length),
    uint16(files.length),
    uint32(listing.length),
    uint32(offset),
    uint16(0),
  ]);
  return Buffer.concat([...parts, listing, end]);
}

/** Version needed to the sizes, which the local and the central header share. */
function entryFields(name: Buffer, content: Uint8Array, body: Uint8Array): Buffer {
  const utf8 = name.some((byte) => byte > 0x7f) ? 0x0800 : 0;
  return Buffer.concat([
    uint16(20),
    uint16(utf8),
    // Deflate.
    uint16(8),
    // 00:00:00 on 1980-01-01, the first moment that the format knows.
    uint16(0),
    uint16((1 << 5) | 1),
    uint32(crc32(content)),
    uint32(body.length),
    uint32(content.length),
  ]);
}

/** Node's binary takes a minute to deflate well: kept by the hash of its content. */
function compressed(content: Uint8Array, cache: string): Uint8Array {
  if (content.length < 1_000_000) return deflateSync(content, { level: 9, mem: 12 });
  const key = createHash('sha256').update(content).digest('hex');
  const file = join(cache, `${key}.deflate`);
  if (existsSync(file)) return readFileSync(file);
  const body = deflateSync(content, { level: 9, mem: 12 });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, body);
  renameSync(`${file}.${process.pid}`, file);
  return body;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
