/**
 * Patterns of IAM: `*` any text, `?` one character; `${*}`, `${?}` and `${$}` are those characters themselves. Other policy variables
 * have a value that nobody here knows: they match nothing.
 */
const ANY = '\u0000*';
const ONE = '\u0000?';
const UNKNOWN = '\u0000$';

/**
 * True where everything that `subject` means, `pattern` means too. A subject without wildcards is a name; with wildcards it is a pattern itself
 * (`bucket/*` absorbs `bucket/raw/*`).
 */
export function absorbs(pattern: string, subject: string): boolean {
  if (pattern === '*' || pattern === subject) return true;
  const wild = tokens(pattern);
  const text = tokens(subject);
  let p = 0;
  let s = 0;
  let star = -1;
  let from = 0;
  while (s < text.length) {
    if (p < wild.length && wild[p] === ANY) {
      star = p++;
      from = s;
    } else if (p < wild.length && steps(wild[p]!, text[s]!)) {
      p++;
      s++;
    } else if (star >= 0) {
      p = star + 1;
      s = ++from;
    } else {
      return false;
    }
  }
  while (p < wild.length && wild[p] === ANY) p++;
  return p === wild.length;
}

const steps = (pattern: string, subject: string): boolean =>
  pattern === ONE ? subject !== ANY : pattern === subject && pattern !== UNKNOWN;

/** True where some text is meant by both. */
export function overlaps(a: string, b: string): boolean {
  return meets(tokens(a), tokens(b), 0, 0, new Set());
}

function meets(a: readonly string[], b: readonly string[], i: number, j: number, dead: Set<number>): boolean {
  const place = i * (b.length + 1) + j;
  if (dead.has(place)) return false;
  if (i === a.length && j === b.length) return true;
  let found = false;
  if (i < a.length && a[i] === ANY) {
    found = meets(a, b, i + 1, j, dead) || (j < b.length && meets(a, b, i, j + 1, dead));
  } else if (j < b.length && b[j] === ANY) {
    found = meets(a, b, i, j + 1, dead) || (i < a.length && meets(a, b, i + 1, j, dead));
  } else if (i < a.length && j < b.length) {
    const x = a[i]!;
    const y = b[j]!;
    found = (x === y || x === ONE || y === ONE) && meets(a, b, i + 1, j + 1, dead);
  }
  if (!found) dead.add(place);
  return found;
}

function tokens(text: string): readonly string[] {
  const known = memo.get(text);
  if (known !== undefined) return known;
  const list: string[] = [];
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (char === '$' && text[i + 1] === '{') {
      const end = text.indexOf('}', i);
      const name = end < 0 ? '' : text.slice(i + 2, end);
      list.push(name === '*' || name === '?' || name === '$' ? name : UNKNOWN);
      if (end >= 0) i = end;
      continue;
    }
    list.push(char === '*' ? ANY : char === '?' ? ONE : char);
  }
  if (memo.size >= 20_000) memo.clear();
  memo.set(text, list);
  return list;
}

const memo = new Map<string, readonly string[]>();

/** A name as a pattern that means this name only. */
export const literal = (name: string): string =>
  // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's own escapes, not ours
  name.replaceAll('${', '${$}{').replaceAll('*', '${*}').replaceAll('?', '${?}');

/**
 * The same for ARNs: their six parts are compared one by one, so that a wildcard never reaches into the next part. A subject whose account is `*`
 * (the request did not say) is taken for whatever account the pattern names.
 */
export function absorbsArn(pattern: string, subject: string): boolean {
  return arnWise(pattern, subject, absorbs);
}

export function overlapsArn(a: string, b: string): boolean {
  return arnWise(a, b, overlaps);
}

function arnWise(pattern: string, subject: string, holds: (a: string, b: string) => boolean): boolean {
  if (pattern === '*') return true;
  const a = parts(pattern);
  const b = parts(subject);
  if (a === null || b === null) return holds(pattern, subject);
  return a.every((part, i) => (i === ACCOUNT && b[i] === '*') || holds(part, b[i]!));
}

const ACCOUNT = 4;

/** Partition, service, region, account and the rest of an ARN; null where it is none, or its wildcards stand for several parts. */
function parts(arn: string): readonly string[] | null {
  if (!arn.startsWith('arn:')) return null;
  const split = arn.split(':');
  return split.length < 6 ? null : [...split.slice(0, 5), split.slice(5).join(':')];
}
