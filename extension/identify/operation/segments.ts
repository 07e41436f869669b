import { doubt } from '../doubt.ts';
import { decode } from '../query-string.ts';

/** Dot segments are resolved by some servers and kept by others (RFC 3986 §5.2.4); so are encoded ones. */
export function dotSegments(path: string): void {
  if (/(?:^|[/\\])(?:\.|%2e){1,2}(?:[/\\]|$)/i.test(path)) doubt('dot segments in the path');
}

/** What a label says, percent-decoded once. What is still encoded then would say something else to a server that decodes twice. */
export function labelText(raw: string): string {
  if (!raw.includes('%')) return raw;
  const text = decode(raw);
  if (/%[0-9a-f]{2}/i.test(text)) doubt('a path that is percent-encoded twice');
  dotSegments(text);
  return text;
}
