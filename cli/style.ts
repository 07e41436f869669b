import { randomBytes } from 'node:crypto';

/** Colours for a terminal that wants them (NO_COLOR, https://no-color.org); plain text everywhere else. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
} as const;

export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Style {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0';
  const on = !env.NO_COLOR && (forced || (stream.isTTY === true && env.TERM !== 'dumb'));
  const paint = (name: keyof typeof CODES) => (text: string) =>
    on && text !== '' ? `${MARK}${CODES[name][0]}m${text}${MARK}${CODES[name][1]}m` : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    yellow: paint('yellow'),
    green: paint('green'),
    cyan: paint('cyan'),
  };
}

/** Columns of the terminal; where there is none nothing is broken, so that whole names can be searched for. */
export const widthOf = (stream: { readonly columns?: number }): number =>
  Math.max(40, stream.columns || Number.POSITIVE_INFINITY);

/** Stands for ESC [ until `onTerminal`. Nobody outside this process can know it, so no name in a record can bring colours of its own. */
const MARK = `\u{f0000}${randomBytes(8).toString('hex')}`;

/** What moves a terminal's cursor, colours it or turns its text round. */
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const CONTROL_OR_BREAK = new RegExp(CONTROL.source.replace('\\u0008\\u000b-', ''), 'g');

/** As JSON writes it: in JSON the text stays the same one. */
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A name out of a request, a record or a file in a text for people: control characters, tabs and line breaks too, are shown as `\\u001b`. */
export const visible = (text: string): string => text.replace(CONTROL_OR_BREAK, escaped);

/** `visible` for every text in a value, names of fields too. */
export function legible<T>(value: T): T {
  if (typeof value === 'string') return visible(value) as T;
  if (Array.isArray(value)) return value.map(legible) as T;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [visible(key), legible(item)])) as T;
}

/** As `onTerminal`, for what is one line: no name in it can begin another. */
export const onOneLine = (text: string): string => onTerminal(text).replaceAll(/[\n\t]/g, escaped);

/** The last step before a stream, for all that is written: our own colours become colours, and whatever else would steer a terminal is shown. */
export const onTerminal = (text: string): string => text.replace(CONTROL, escaped).replaceAll(MARK, '\x1b[');
