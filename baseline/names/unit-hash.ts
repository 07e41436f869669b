/** Of a unit as text. */
export const UNIT_CHARS = 6;
/** Different hashes that there are. */
export const UNITS = 64 ** UNIT_CHARS;
export const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 36 bits of a 53-bit string hash (two lanes of Murmur-like mixing): spread well enough for sketches, not for secrets. */
export function unitHash(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (a >>> 0) * 16 + (b & 15);
}

/** Six characters of base64url. */
export function unitText(unit: number): string {
  let text = '';
  let rest = unit;
  for (let i = 0; i < UNIT_CHARS; i++) {
    text = ALPHABET[rest % 64]! + text;
    rest = Math.floor(rest / 64);
  }
  return text;
}

export function unitFromText(text: string): number | null {
  if (text.length !== UNIT_CHARS) return null;
  let unit = 0;
  for (let i = 0; i < UNIT_CHARS; i++) {
    const digit = digitAt(text, i);
    if (digit < 0) return null;
    unit = unit * 64 + digit;
  }
  return unit;
}

/** Place in the alphabet; -1 where it is none of it. A fleet's documents hold tens of millions of these. */
export const digitAt = (text: string, i: number): number => DIGITS[text.charCodeAt(i)] ?? -1;
const DIGITS: readonly number[] = Array.from({ length: 128 }, (_, code) => ALPHABET.indexOf(String.fromCharCode(code)));
