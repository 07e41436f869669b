import { own } from '../own.ts';

/**
 * The shape of one path segment: what varies by nature becomes a typed place, the rest stays. `INV-308421.pdf` → `INV-{n}.pdf`,
 * `dt=2026-03-24` → `dt={date}`, `01GFKPS3DQQ4A75BDZEKRFT7WJ.jpg` → `{id26}.jpg`. A pure function of the segment, so learning never depends on
 * the order of calls. Whether a shape is taken for the names is another question: `resource-tree.ts` answers it.
 */
export function shapeOf(segment: string): string {
  const known = cache.get(segment);
  if (known !== undefined) return known;
  const shape = segment.replace(PIECES, (piece: string, uuid?: string, date?: string) => {
    if (uuid !== undefined) return '{uuid}';
    if (date !== undefined) return '{date}';
    return shapeOfToken(piece);
  });
  if (cache.size >= CACHED) cache.clear();
  cache.set(segment, shape);
  return shape;
}

/** A cap, not a size to reach: segments repeat within an invocation (one key read, three thumbnails written). */
const CACHED = 512;
const cache = new Map<string, string>();

/** A UUID; a date with separators, with a time behind it or not, or its year and month alone; else a run of letters and digits. */
const PIECES =
  /([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})|((?:19|20)\d\d([-_.])(?:0[1-9]|1[0-2])\3(?:0[1-9]|[12]\d|3[01])(?:[T_-][0-2]\d[-:_.]?[0-5]\d(?:[-:_.]?[0-5]\d)?(?:\.\d+)?Z?)?(?![0-9A-Za-z])|(?:19|20)\d\d[-_](?:0[1-9]|1[0-2])(?![0-9A-Za-z]|[-_.]\d))|[0-9A-Za-z]+/g;

function shapeOfToken(token: string): string {
  const { length } = token;
  if (DIGITS.test(token)) return isCompactDate(token) ? '{date}' : '{n}';
  const digit = HAS_DIGIT.test(token);
  const turns = digit ? mixes(token) : 0;
  if (digit && length >= 6 && HEX.test(token) && (length >= 8 || turns >= 2)) return `{hex${length}}`;
  if (turns >= 2 && length >= 5) return `{id${length}}`;
  // Long runs that no word has: with a digit anywhere, all capitals, or capitals and small letters taking turns
  if (length >= 16 && (digit || CAPITALS.test(token) || cases(token) >= 6)) return `{id${length}}`;
  // name123 and 123name: the number varies, the name says what it is
  return turns === 1 ? token.replace(/\d+/, '{n}') : token;
}

const DIGITS = /^\d+$/;
const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
const HAS_DIGIT = /\d/;
const CAPITALS = /^[A-Z]+$/;

/** How often a small letter and a capital stand side by side: twice a word in CamelCase, all the time in base 62. */
function cases(token: string): number {
  let turns = 0;
  for (let i = 1; i < token.length; i++) if (isCapital(token, i) !== isCapital(token, i - 1)) turns++;
  return turns;
}

const isCapital = (text: string, at: number): boolean => text.charCodeAt(at) < 91;

/** How often letters and digits take turns: `thumb320` once, `x7k2p9` five times. */
function mixes(token: string): number {
  let turns = 0;
  for (let i = 1; i < token.length; i++) if (isDigit(token, i) !== isDigit(token, i - 1)) turns++;
  return turns;
}

const isDigit = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
};

/** 20260324, 20260324101500, and of this decade 202603 (numbers have six digits, too); any other run of digits is a number. */
function isCompactDate(token: string): boolean {
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
  year: '(?:19|20)\\d\\d',
  month: '\\d\\d?',
  day: '\\d\\d?',
  hour: '\\d\\d?',
};

/** `{id8}.jpg` and `{id9}.jpg` are names of one kind, for which evidence counts together. */
export const withoutLength = (shape: string): string => shape.replace(/\{(id|hex)\d+\}/g, '{id}');

/** `.jpg` of `cat.jpg`, `.json.gz` of `a.json.gz`; empty without one. Typed places never belong to it. */
export function extensionOf(segment: string): string {
  const match = /(?:\.[A-Za-z][A-Za-z0-9]{0,9}){1,2}$/.exec(segment);
  return match !== null && match.index > 0 ? match[0] : '';
}
