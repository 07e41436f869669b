import { wrap } from '../layout.ts';

/** Rows in columns as wide as they need, the last one taking what is left of the width (cut with … where it is too long). */
export function columns(head: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  const last = head.length - 1;
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const before = widths.slice(0, last).reduce((sum, one) => sum + one + GAP, 0);
  const room = Math.max(16, width - before);
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) =>
        i === last ? (cell.length > room ? `${cell.slice(0, room - 1)}…` : cell) : cell.padEnd(widths[i]! + GAP),
      )
      .join('')
      .trimEnd();
  return [line(head), ...rows.map(line)];
}

const GAP = 2;

/** Text in lines of at most `width`, each after the first beginning with `indent`. */
export const wrapped = (text: string, width: number, indent: string): string => wrap(text, width).join(`\n${indent}`);
