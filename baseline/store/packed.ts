import { gunzipSync } from 'node:zlib';

/** More is no string. */
const MOST = 512 * 1024 * 1024;

/** gzip by its first bytes, whatever the file is called. */
export const isPacked = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The content of gzip; all else as it is. Throws what zlib throws. */
export const unpacked = (bytes: Uint8Array): Uint8Array =>
  isPacked(bytes) ? gunzipSync(bytes, { maxOutputLength: MOST }) : bytes;
