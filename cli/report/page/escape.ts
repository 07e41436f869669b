/** Names and reasons come from whoever called: nothing of them is ever markup. */
export const esc = (text: string | number): string =>
  String(text)
    .replace(/[&<>"']/g, (char) => ENTITIES[char]!)
    .replace(CONTROL, '\ufffd');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Control characters, and marks that turn the direction of text around. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** At most `length` characters, cut in the middle: both ends of an ARN say something. */
export function middle(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = Math.ceil((length - 1) * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (length - 1 - head))}`;
}

/** An ARN as people call the thing: `photos/raw/*.jpg`, `table/Orders`. */
export function shortArn(arn: string): string {
  if (arn === '*') return 'every resource';
  if (!arn.startsWith('arn:')) return arn;
  const parts = arn.split(':');
  return parts.slice(5).join(':') || arn;
}

/** `2026-03-01T08:15:00.000Z` → `2026-03-01 08:15`. */
export const moment = (time: string | null): string => (time === null ? '–' : time.slice(0, 16).replace('T', ' '));
