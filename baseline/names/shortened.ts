import { unitHash, unitText } from './unit-hash.ts';

/** Most that a text takes as part of a JSON string, in UTF-8: escapes, and six bytes for each half of a surrogate pair. */
export function jsonBytes(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20) bytes += 5;
    else if (code === QUOTE || code === BACKSLASH) bytes += 1;
    else if (code >= 0xd800 && code <= 0xdfff) bytes += 5;
    else if (code >= 0x800) bytes += 2;
    else if (code >= 0x80) bytes += 1;
  }
  return bytes;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** A name as documents keep it: what is longer than `most` bytes by its beginning and its hash. The same name again for what was shortened before. */
export function shortened(name: string, most: number): string {
  if (name.length * WIDEST <= most || jsonBytes(name) <= most) return name;
  let end = Math.min(name.length, most - MARKED);
  while (jsonBytes(name.slice(0, end)) > most - MARKED) end--;
  return `${name.slice(0, end)}{~${unitText(unitHash(name))}}`;
}

export const isShortened = (name: string): boolean => name.endsWith('}') && /\{~[\w-]{6}\}$/.test(name);

const WIDEST = 6;
/** `{~AbCdEf}` */
const MARKED = 9;
