import { doubt } from '../doubt.ts';

/** Bytes that may stand in a string as they are: all but controls, the quote and the backslash (RFC 8259 §7). */
export const PLAIN = new Uint8Array(256).map((_, byte) => (byte >= 0x20 && byte !== 0x22 && byte !== 0x5c ? 1 : 0));

export function invalid(): never {
  return doubt('a body that is not valid JSON');
}

/** The byte at a place, 0 beyond the end: V8 makes all reads slower where one ever went beyond, and a client can cut its body short. */
export const byteAt = (bytes: Uint8Array, at: number): number => (at < bytes.length ? bytes[at]! : 0);

export function spaceEnd(bytes: Uint8Array, start: number): number {
  const { length } = bytes;
  let at = start;
  while (at < length) {
    const byte = bytes[at]!;
    if (byte > 0x20 || (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) break;
    at++;
  }
  return at;
}

/** Past the closing quote of the string that opens at `start`. */
export function stringEnd(bytes: Uint8Array, start: number): number {
  const { length } = bytes;
  let at = start + 1;
  for (;;) {
    while (at < length && PLAIN[bytes[at]!] === 1) at++;
    const byte = byteAt(bytes, at);
    if (byte === 0x22) return at + 1;
    if (byte !== 0x5c) invalid();
    const escape = byteAt(bytes, at + 1);
    if (escape === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(byteAt(bytes, digit))) invalid();
      at += 6;
    } else {
      if (!isEscape(escape)) invalid();
      at += 2;
    }
  }
}

/** Past a key, its colon and the space around that. */
export function keyEnd(bytes: Uint8Array, start: number): number {
  if (byteAt(bytes, start) !== 0x22) invalid();
  const at = spaceEnd(bytes, stringEnd(bytes, start));
  if (byteAt(bytes, at) !== 0x3a) invalid();
  return spaceEnd(bytes, at + 1);
}

/** RFC 8259 §6. */
export function numberEnd(bytes: Uint8Array, start: number): number {
  let at = byteAt(bytes, start) === 0x2d ? start + 1 : start;
  at = byteAt(bytes, at) === 0x30 ? at + 1 : digitsEnd(bytes, at);
  if (byteAt(bytes, at) === 0x2e) at = digitsEnd(bytes, at + 1);
  if (byteAt(bytes, at) === 0x65 || byteAt(bytes, at) === 0x45) {
    at++;
    if (byteAt(bytes, at) === 0x2b || byteAt(bytes, at) === 0x2d) at++;
    at = digitsEnd(bytes, at);
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  while (byteAt(bytes, at) >= 0x30 && byteAt(bytes, at) <= 0x39) at++;
  return at === start ? invalid() : at;
}

const isHex = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);

const isEscape = (byte: number): boolean =>
  byte === 0x22 ||
  byte === 0x5c ||
  byte === 0x2f ||
  byte === 0x62 ||
  byte === 0x66 ||
  byte === 0x6e ||
  byte === 0x72 ||
  byte === 0x74;
