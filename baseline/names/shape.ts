import { own } from '../own.ts';

/**
 * The shape of one path segment: what varies by nature becomes a typed place, the rest stays. `INV-308421.pdf` → `INV-{n}.pdf`,
 * `dt=2026-03-24` → `dt={date}`, `01GFKPS3DQQ4A75BDZEKRFT7WJ.jpg` → `{id26}.jpg`. A pure function of the segment, so learning never depends on
 * the order of calls. Whether a shape is taken for the names is another question: `resource-tree.ts` answers it.
 */
export function shapeOf(segment: string): string {
  const { length } = segment;
  const place = (31 * (31 * length + segment.charCodeAt(length >> 1)) + segment.charCodeAt(length - 1)) & (CACHED - 1);
  if (segments[place] === segment) return shapes[place]!;
  const shape = shaped(segment);
  segments[place] = segment;
  shapes[place] = shape;
  return shape;
}

/** Segments repeat within an invocation (one key read, three thumbnails written), and hardly ever later: one a place, found without a hash of the whole. */
const CACHED = 256;
const segments: string[] = new Array(CACHED).fill('');
const shapes: string[] = new Array(CACHED).fill('');

/** Runs of letters and digits each have a shape of their own; a UUID, or a date with separators, is several runs. */
function shaped(segment: string): string {
  const { length } = segment;
  let shape = '';
  /** What stands before is in `shape`. */
  let done = 0;
  for (let at = 0; at < length; ) {
    if (KINDS[segment.charCodeAt(at)] === undefined) {
      at++;
      continue;
    }
    let end = at + 1;
    while (end < length && KINDS[segment.charCodeAt(end)] !== undefined) end++;
    let piece: string | null = null;
    const run = end - at;
    if (run === 8 && segment.charCodeAt(end) === HYPHEN) {
      piece = whole(UUID, segment, at) > 0 ? '{uuid}' : null;
      if (piece !== null) end = UUID.lastIndex;
    } else if (run === 4 && isCentury(segment, at)) {
      piece = whole(DATE, segment, at) > 0 ? '{date}' : null;
      if (piece !== null) end = DATE.lastIndex;
    }
    piece ??= shapeOfRun(segment, at, end);
    if (piece !== null) {
      shape += segment.slice(done, at) + piece;
      done = end;
    }
    at = end;
  }
  return done === 0 ? segment : shape + segment.slice(done);
}

/** Of a character: digit, letter that is a hexadecimal digit, other letter; undefined for all else. */
const DIGIT = 0;
const HEX_LETTER = 1;
const LETTER = 2;
const KINDS: readonly (number | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const text = String.fromCharCode(code);
  return /\d/.test(text) ? DIGIT : /[a-fA-F]/.test(text) ? HEX_LETTER : /[a-zA-Z]/.test(text) ? LETTER : undefined;
});
const HYPHEN = 45;

const isCentury = (text: string, at: number): boolean =>
  (text[at] === '2' && text[at + 1] === '0') || (text[at] === '1' && text[at + 1] === '9');

function whole(form: RegExp, text: string, at: number): number {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : 0;
}

const UUID = /[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/y;
/** With a time behind it or not, or its year and month alone. */
const DATE =
  /(?:19|20)\d\d([-_.])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?:[T_-][0-2]\d[-:_.]?[0-5]\d(?:[-:_.]?[0-5]\d)?(?:\.\d+)?Z?)?(?![0-9A-Za-z])|(?:19|20)\d\d[-_](?:0[1-9]|1[0-2])(?![0-9A-Za-z]|[-_.]\d)/y;

/** Null where it stays what it is. */
function shapeOfRun(text: string, from: number, to: number): string | null {
  const length = to - from;
  let digits = 0;
  let others = 0;
  let capitals = 0;
  /** How often letters and digits take turns: `thumb320` once, `x7k2p9` five times. */
  let turns = 0;
  /** How often a small letter and a capital stand side by side: twice a word in CamelCase, all the time in base 62. */
  let cases = 0;
  let wasDigit = false;
  let wasCapital = false;
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    const kind = KINDS[code]!;
    const isDigit = kind === DIGIT;
    const isCapital = code < 91;
    if (isDigit) digits++;
    else {
      if (kind === LETTER) others++;
      if (isCapital) capitals++;
    }
    if (at > from) {
      if (isDigit !== wasDigit) turns++;
      if (isCapital !== wasCapital) cases++;
    }
    wasDigit = isDigit;
    wasCapital = isCapital;
  }
  if (digits === length) return isCompactDate(text.slice(from, to)) ? '{date}' : '{n}';
  const letters = length - digits;
  if (digits > 0) {
    const isHex = others === 0 && (capitals === 0 || capitals === letters);
    if (length >= 6 && isHex && (length >= 8 || turns >= 2)) return `{hex${length}}`;
    if (turns >= 2 && length >= 5) return `{id${length}}`;
  }
  // Long runs that no word has: with a digit anywhere, all capitals, or capitals and small letters taking turns
  if (length >= 16 && (digits > 0 || capitals === length || cases >= 6)) return `{id${length}}`;
  // name123 and 123name: the number varies, the name says what it is
  if (turns !== 1) return null;
  return wasDigit ? `${text.slice(from, to - digits)}{n}` : `{n}${text.slice(from + digits, to)}`;
}

/** 20260324, 20260324101500, and of this decade 202603 (numbers have six digits, too); any other run of digits is a number. */
function isCompactDate(token: string): boolean {
  const { length } = token;
  if (length !== 6 && length !== 8 && length !== 12 && length !== 14) return false;
  return /^(?:202\d(?:0[1-9]|1[0-2])|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?)$/.test(
    token,
  );
}

/** True where the shape has a typed place: the segment is a name that varies by nature. */
export const isTyped = (shape: string): boolean => shape.includes('{');

/**
 * True where a name may stand in a learned typed place. A random word now and then has no digit in it, or nothing else: what counts is that it has
 * the length and the letters of the place, not which shape it would have on its own.
 */
export function fits(name: string, place: string): boolean {
  let form = forms.get(place);
  if (form === undefined) {
    const source = place.replace(/[.*+?^$()|[\]\\]|\{(\w+?)(\d*)\}/g, (match, kind?: string, length?: string) => {
      if (kind === undefined) return `\\${match}`;
      const times = length === '' ? '+' : `{${length}}`;
      return (own(FORMS, kind) ?? '[^/]').replace('#', times);
    });
    form = new RegExp(`^${source}$`);
    if (forms.size >= 4096) forms.clear();
    forms.set(place, form);
  }
  return form.test(name);
}

const forms = new Map<string, RegExp>();
const FORMS: Readonly<Record<string, string>> = {
  n: '\\d+',
  hex: '[0-9A-Fa-f]#',
  id: '[0-9A-Za-z]#',
  uuid: '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}',
  date: '(?:(?:19|20)\\d\\d[-_.](?:0[1-9]|1[0-2])(?:[-_.](?:0[1-9]|[12]\\d|3[01])(?:[T_-][-0-9_:.]+Z?)?)?|(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\\d|3[01])(?:\\d{4}|\\d{6})?)?)',
  name: '[^/]*',
  any: '[^/]*',
  mixed: '(?![^/]*\\.[A-Za-z][A-Za-z0-9]{0,9}$)[^/]*',
  year: '(?:19|20)\\d\\d',
  month: '\\d\\d?',
  day: '\\d\\d?',
  hour: '\\d\\d?',
};

/** `{id8}.jpg` and `{id9}.jpg` are names of one kind, for which evidence counts together. */
export const withoutLength = (shape: string): string => shape.replace(/\{(id|hex)\d+\}/g, '{id}');

/** `.jpg` of `cat.jpg`, `.json.gz` of `a.json.gz`; empty without one. Typed places never belong to it. */
export function extensionOf(segment: string): string {
  const last = dotBefore(segment, segment.length);
  const one = dotBefore(segment, last);
  const from = one < 0 ? last : one;
  return from > 0 ? segment.slice(from) : '';
}

/** Of an extension that ends there, a letter and up to nine more letters or digits; -1 where there is none. */
function dotBefore(segment: string, end: number): number {
  let at = end - 1;
  while (at > 0 && end - at <= LONGEST_EXTENSION && KINDS[segment.charCodeAt(at)] !== undefined) at--;
  const isLetter = at < end - 1 && (KINDS[segment.charCodeAt(at + 1)] ?? DIGIT) !== DIGIT;
  return isLetter && segment.charCodeAt(at) === DOT ? at : -1;
}

const LONGEST_EXTENSION = 10;
const DOT = 46;
