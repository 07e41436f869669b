import { gunzipSync } from 'node:zlib';

/** What a person writes or a command prints: rules, policies, templates, settings. A few hundred kilobytes of gzip can be a thousand times as much. */
export const SMALL_FILE = 64 * 1024 * 1024;
/** A baseline, which may hold a whole fleet. More is no string. */
export const BASELINE_FILE = 512 * 1024 * 1024;

/** gzip by its first bytes, whatever the file is called. */
export const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The content of gzip, up to `most` bytes; all else as it is. Throws what zlib throws. */
export const unpacked = (bytes: Uint8Array, most: number): Uint8Array =>
  isPacked(bytes) ? gunzipSync(bytes, { maxOutputLength: most }) : bytes;
