import { doubt } from './doubt.ts';

export type Parameters = readonly (readonly [name: string, value: string])[];

/** Splits a query string or form; names and values percent-decoded once as UTF-8, `+` read as a space (the form's rule, and S3's). */
export function parseParameters(text: string): Parameters {
  if (text.length > LONGEST_KEPT) return parse(text);
  if (text !== last.text) last = { text, parameters: parse(text) };
  return last.parameters;
}

/** SDKs say `x-id=GetObject` with each request for an object; a form may be megabytes. */
const LONGEST_KEPT = 64;
let last: { readonly text: string; readonly parameters: Parameters } = { text: '', parameters: [] };

function parse(text: string): Parameters {
  const parameters: [string, string][] = [];
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    parameters.push(
      equals < 0
        ? [decode(pair, true), '']
        : [decode(pair.slice(0, equals), true), decode(pair.slice(equals + 1), true)],
    );
  }
  return parameters;
}

/** Percent-decodes once. A `%` that begins no escape, or bytes that are no UTF-8, are read differently by different servers. */
export function decode(text: string, form = false): string {
  let plain = text;
  if (form && plain.includes('+')) plain = plain.replaceAll('+', ' ');
  if (!plain.includes('%')) return plain;
  try {
    return decodeURIComponent(plain);
  } catch {
    return doubt('a percent-encoding that is no UTF-8');
  }
}

/** The only value of a parameter; null where it is absent. */
export function single(parameters: Parameters, name: string): string | null {
  let found: string | null = null;
  for (const [key, value] of parameters) {
    if (key !== name) continue;
    if (found !== null) doubt(`two ${name} parameters in the query`);
    found = value;
  }
  return found;
}
