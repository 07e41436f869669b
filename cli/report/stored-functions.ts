import { isUtf8 } from 'node:buffer';
import type { FunctionBaseline } from '../../baseline/model/document.ts';
import { readBaseline } from '../../baseline/model/read.ts';

/** One function in a baseline document that still stands as bytes. */
export interface StoredFunction {
  readonly name: string;
  /** Reads it anew each time, so that nobody has to keep it. Throws BaselineError as reading the whole document would. */
  read(): FunctionBaseline;
}

/**
 * The functions of a document without reading it: a fleet's is tens of megabytes, and as a whole its objects are ten times that, while a report needs one function at a time.
 * Null where it is not plainly a document of ours (broken, a name twice): then it is to be read as a whole, which says what is wrong, or takes it.
 */
export function storedFunctions(bytes: Uint8Array, source: string): StoredFunction[] | null {
  if (!isUtf8(bytes)) return null;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const own = (span: Span): unknown => JSON.parse(text.toString('utf8', span.from, span.to));
  try {
    let found: Members | null = null;
    const document = membersOf(bytes, 0, (at, name) => {
      if (name !== 'functions') return skipValue(bytes, at);
      found = membersOf(bytes, at, (inner) => skipValue(bytes, inner));
      return found?.end ?? bytes.length;
    });
    const format = document?.members.get('format');
    if (document === null || found === null || format === undefined) return null;
    if (skipSpace(bytes, document.end) !== bytes.length) return null;
    const head = { format: own(format) };
    return [...(found as Members).members].map(([name, span]) => ({
      name,
      read: () => readBaseline({ ...head, functions: { [name]: own(span) } }, source).functions[name]!,
    }));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN, CLOSE, OPEN_LIST] = [0x7b, 0x7d, 0x5b];

interface Members {
  readonly members: ReadonlyMap<string, Span>;
  /** Behind the closing bracket. */
  readonly end: number;
}

/** Where the values of an object's members stand, as far as `skip` goes for each; null where it is no object, is cut off, or has a name twice. */
function membersOf(bytes: Uint8Array, at: number, skip: (at: number, name: string) => number): Members | null {
  const members = new Map<string, Span>();
  let i = skipSpace(bytes, at);
  if (bytes[i] !== OPEN) return null;
  i = skipSpace(bytes, i + 1);
  if (bytes[i] === CLOSE) return { members, end: i + 1 };
  for (;;) {
    if (bytes[i] !== QUOTE) return null;
    const after = skipText(bytes, i);
    const name = JSON.parse(Buffer.from(bytes.subarray(i, after)).toString()) as string;
    i = skipSpace(bytes, after);
    if (bytes[i] !== COLON || members.has(name)) return null;
    const from = skipSpace(bytes, i + 1);
    const to = skip(from, name);
    members.set(name, { from, to });
    i = skipSpace(bytes, to);
    if (bytes[i] === CLOSE) return { members, end: i + 1 };
    if (bytes[i] !== COMMA) return null;
    i = skipSpace(bytes, i + 1);
  }
}

function skipSpace(bytes: Uint8Array, at: number): number {
  let i = at;
  while (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09) i++;
  return i;
}

/** From the opening quote to behind the closing one. */
function skipText(bytes: Uint8Array, at: number): number {
  let i = at + 1;
  for (; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) i++;
  }
  return i + 1;
}

function skipValue(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === QUOTE) return skipText(bytes, at);
  if (first === OPEN || first === OPEN_LIST) return skipNested(bytes, at);
  let i = at;
  while (i < bytes.length && bytes[i] !== COMMA && bytes[i] !== CLOSE) i++;
  return i;
}

/** From an opening bracket to behind its closing one. Every byte of a fleet's document comes by here: texts are stepped over on the spot. */
function skipNested(bytes: Uint8Array, at: number): number {
  const { length } = bytes;
  let depth = 0;
  for (let i = at; i < length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      for (i++; i < length && bytes[i] !== QUOTE; i++) if (bytes[i] === BACKSLASH) i++;
      continue;
    }
    // [ and { differ in this bit only, and so do ] and }
    const bracket = byte | 0x20;
    if (bracket === OPEN) depth++;
    else if (bracket === CLOSE && --depth === 0) return i + 1;
  }
  return length;
}
