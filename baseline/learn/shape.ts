/**
 * The shape of one path segment: what varies by nature becomes a typed place, the rest stays. `INV-308421.pdf` → `INV-{n}.pdf`,
 * `dt=2026-03-24` → `dt={date}`, `01GFKPS3DQQ4A75BDZEKRFT7WJ.jpg` → `{id}.jpg`. A pure function of the segment, so learning never depends on
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

/** A UUID; a date with separators, with a time behind it or not; else a run of letters and digits. */
const PIECES =
  /([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})|((?:19|20)\d\d([-_.])(?:0[1-9]|1[0-2])\3(?:0[1-9]|[12]\d|3[01])(?:[T_-][0-2]\d[-:_.]?[0-5]\d(?:[-:_.]?[0-5]\d)?(?:\.\d+)?Z?)?(?![0-9A-Za-z]))|[0-9A-Za-z]+/g;

function shapeOfToken(token: string): string {
  if (DIGITS.test(token)) return isCompactDate(token) ? '{date}' : '{n}';
  if (token.length >= 6 && HEX.test(token) && HAS_DIGIT.test(token) && (token.length >= 8 || mixes(token) >= 2))
    return '{hex}';
  if (token.length >= 5 && HAS_DIGIT.test(token) && mixes(token) >= 2) return '{id}';
  if (token.length >= 20 && HAS_UPPER.test(token) && HAS_LOWER.test(token)) return '{id}';
  // name123 and 123name: the number varies, the name says what it is
  return token.replace(/^\d+(?=[A-Za-z]+$)|(?<=^[A-Za-z]+)\d+$/, '{n}');
}

const DIGITS = /^\d+$/;
const HEX = /^(?:[0-9a-f]+|[0-9A-F]+)$/;
const HAS_DIGIT = /\d/;
const HAS_UPPER = /[A-Z]/;
const HAS_LOWER = /[a-z]/;

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

/** 20260324 and 20260324101500; any other run of digits is a number. */
function isCompactDate(token: string): boolean {
  return /^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?$/.test(token);
}

/** True where the shape has a typed place: the segment is a name that varies by nature. */
export const isTyped = (shape: string): boolean => shape.includes('{');

/**
 * True where a segment of shape `given` may stand for the learned shape: equal, or each place the same or narrower. A random hex word now and
 * then has no letter and looks like a number, and an id no digit run: a number is also hex, and both are ids.
 */
export function fits(given: string, learned: string): boolean {
  if (given === learned) return true;
  if (!learned.includes('{hex}') && !learned.includes('{id}')) return false;
  return widen(given, learned.includes('{id}')) === widen(learned, learned.includes('{id}'));
}

const widen = (shape: string, toId: boolean): string =>
  toId ? shape.replace(/\{(?:n|hex|id)\}/g, '{id}') : shape.replace(/\{(?:n|hex)\}/g, '{hex}');

/** `.jpg` of `cat.jpg`, `.json.gz` of `a.json.gz`; empty without one. Typed places never belong to it. */
export function extensionOf(segment: string): string {
  const match = /(?:\.[A-Za-z][A-Za-z0-9]{0,9}){1,2}$/.exec(segment);
  return match !== null && match.index > 0 ? match[0] : '';
}
