import type { Cursor } from './cursor.ts';

const INT = /^[-+]?\d+$|^0o[0-7]+$|^0x[\da-fA-F]+$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** What a plain scalar may not begin with (YAML 1.2.2, 7.3.3). */
const INDICATORS = new Set([...',[]{}#&*!|>\'"%@`']);

/** A scalar in quotes, on one line. */
export function quoted(cursor: Cursor): string {
  const from = cursor.at;
  const quote = cursor.text[from]!;
  let end = from + 1;
  for (; ; end++) {
    const char = cursor.text[end];
    if (char === undefined || char === '\n' || char === '\r') cursor.fault('a quote is not closed on its line');
    if (quote === '"' && char === '\\') end++;
    else if (char === quote) {
      if (quote === '"' || cursor.text[end + 1] !== quote) break;
      end++;
    }
  }
  cursor.at = end + 1;
  if (quote === "'") return cursor.text.slice(from + 1, end).replaceAll("''", "'");
  try {
    return JSON.parse(cursor.text.slice(from, end + 1).replaceAll('\t', '\\t')) as string;
  } catch {
    return cursor.fault('in double quotes only the escapes of JSON are read');
  }
}

/** A scalar without quotes: to the end of its line, or of its place in a flow collection. */
export function plain(cursor: Cursor, flow: boolean): string {
  const from = cursor.at;
  const first = cursor.text[from] ?? '';
  const second = cursor.text[from + 1] ?? ' ';
  if (first === '' || /[\r\n]/.test(first)) cursor.fault('a value was expected');
  if (INDICATORS.has(first)) cursor.fault(`a text that begins with ${first} must stand in quotes`);
  if ('-?:'.includes(first) && (/\s/.test(second) || (flow && ',[]{}'.includes(second)))) {
    cursor.fault(`${first} cannot stand here`);
  }
  let end = from;
  for (; end < cursor.text.length; end++) {
    const char = cursor.text[end]!;
    if (char === '\n' || char === '\r') break;
    if (char === '#' && /[ \t]/.test(cursor.text[end - 1] ?? '')) break;
    if (flow && ',[]{}'.includes(char)) break;
    const after = cursor.text[end + 1] ?? ' ';
    if (char === ':' && (/\s/.test(after) || (flow && ',[]{}'.includes(after)))) {
      cursor.at = end;
      cursor.fault('a text with a colon and a space in it must stand in quotes');
    }
  }
  cursor.at = end;
  const text = cursor.text.slice(from, end).trimEnd();
  if (/^(?:---|\.\.\.)(?:\s|$)/.test(text) && cursor.columnOf(from) === 0) cursor.fault('one document was expected');
  return text;
}

/** What a plain scalar means (YAML 1.2, core schema). */
export function plainValue(text: string): unknown {
  if (/^(?:null|Null|NULL|~)$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text))
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  if (INT.test(text) || FLOAT.test(text)) return Number(text);
  return text;
}
