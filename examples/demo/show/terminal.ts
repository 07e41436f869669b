/** Text for a terminal of at most this many columns. */
export const COLUMNS = 98;

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
}

/** Colours only where a person looks on: on a terminal, and not with NO_COLOR (no-color.org). */
export function styleFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Style {
  const coloured = stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const sgr = (on: number, off: number) => (text: string) => (coloured ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  return { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), yellow: sgr(33, 39), green: sgr(32, 39) };
}

/** Breaks at spaces; what is longer than the width is broken where it must be. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    let rest = word;
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = rest;
  }
  return line === '' ? lines : [...lines, line];
}

/** `label   text`, the text wrapped and hung behind the label, whose width may count styled text. */
export function hanging(indent: number, label: string, labelWidth: number, visible: string, text: string): string {
  const margin = indent + labelWidth;
  const [first = '', ...more] = wrap(text, COLUMNS - margin);
  const padded = `${' '.repeat(indent)}${label}${' '.repeat(Math.max(1, labelWidth - visible.length))}${first}`;
  return [padded, ...more.map((line) => `${' '.repeat(margin)}${line}`)].join('\n');
}
