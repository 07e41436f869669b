import { doubt } from '../doubt.ts';
import { decode } from '../query-string.ts';

/** Dot segments are resolved by some servers and kept by others (RFC 3986 §5.2.4); so are encoded ones. */
export function dotSegments(path: string): void {
  if (/(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|$)/i.test(path)) doubt('dot segments in the path');
}

/**
 * What is still encoded after one decoding and says more to a server that decodes again: dots, slashes, controls, and what needs no encoding,
 * which nobody encodes twice by mistake. `100%25` and `a%20b`, which programs do, stay what they are.
 */
const TWICE = /%(?:25)*(?:[46][1-9a-f]|[57][0-9a]|5[cf]|3[0-9]|2[def]|7[ef]|[01][0-9a-f])/i;

export function encodedTwice(text: string): boolean {
  return text.includes('%') && TWICE.test(text);
}

/** What ends a string or a line for some readers. */
export function lineEnds(text: string): void {
  if (/[\0\r\n]/.test(text)) doubt('line ends or null characters in the path');
}

/** What a label says, percent-decoded once. */
export function labelText(raw: string): string {
  if (!raw.includes('%')) return raw;
  const text = decode(raw);
  if (encodedTwice(text)) doubt('a path that is percent-encoded twice');
  lineEnds(text);
  dotSegments(text);
  return text;
}
