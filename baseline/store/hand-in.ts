/**
 * What one hand-in may cost whoever reads it. A function's role may write its slots, so that what stands there may be anything; what a sensor writes stays below, and goes into more
 * than one slot where it would not.
 */
export const HAND_IN = {
  /** Compressed; an item of DynamoDB holds no more. */
  packedBytes: 400_000,
  textBytes: 2_000_000,
  /** Members of objects and lists together. */
  values: 60_000,
  depth: 16,
  /** To read it. Far above what the limits above leave possible on a small machine: for what nobody has thought of. */
  milliseconds: 5_000,
} as const;

/** Why a document is none that a sensor hands in; null where it may be one. Reads the text once, and builds nothing. */
export function overLimit(text: string): string | null {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COMMA:
        values++;
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        values++;
        if (++depth > HAND_IN.depth) return `it is nested deeper than ${HAND_IN.depth}`;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth--;
    }
    if (values > HAND_IN.values) return `it holds more than ${HAND_IN.values} values`;
  }
  return null;
}

/** Index of the closing quote; of the last character where there is none. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_OBJECT = 123;
const OPEN_LIST = 91;
const CLOSE_OBJECT = 125;
const CLOSE_LIST = 93;
