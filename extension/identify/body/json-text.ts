import { doubt } from '../doubt.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return doubt('a body that is no UTF-8');
  }
}

export function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

/** Names of tables, queues and attributes come again and again: the same string each time, which is cheaper to make and cheaper to look up wherever it goes. */
export function word(bytes: Uint8Array, start: number, end: number, hash: number): string {
  const length = end - start;
  if (length > LONGEST_WORD) return latin1(bytes, start, end);
  const slot = (hash ^ (hash >>> 9)) & (WORDS - 1);
  const known = words[slot];
  if (known !== undefined && known.bytes.length === length && standsAt(bytes, start, known.bytes)) return known.text;
  const text = latin1(bytes, start, end);
  words[slot] = { text, bytes: bytes.slice(start, end) };
  return text;
}

export function standsAt(bytes: Uint8Array, start: number, word: Uint8Array): boolean {
  for (let i = 0; i < word.length; i++) if (bytes[start + i] !== word[i]) return false;
  return true;
}

const WORDS = 256;
const LONGEST_WORD = 64;
const words: ({ readonly text: string; readonly bytes: Uint8Array } | undefined)[] = [];
