/** A space at which no line is broken where that can be helped; shown as an ordinary one. */
export const FIXED = '\u00a0';

/** `text` in lines of at most `width`, broken at spaces, inside a word only where it is too long for a line. Nothing is left out. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = '';
    }
    // ARNs break after a colon or slash where they can, lists after a comma or bar.
    while (rest.length > width) {
      const at = Math.max(...['/', ':', ',', '|', FIXED].map((sign) => rest.lastIndexOf(sign, width - 1))) + 1;
      const cut = at > width / 2 ? at : width;
      lines.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  lines.push(line);
  return lines.map((one) => one.replaceAll(FIXED, ' ').trimEnd());
}

/** Beside a head that leaves less, a column would hold one word a line, or none. */
const LEAST = 20;
const BELOW = ' '.repeat(6);

/** A first line with `head` before it, and the following ones as far in; below it where the terminal is too narrow for that. `painted` is what stands there in colours. */
export function hanging(
  head: string,
  text: string,
  width: number,
  paint: (text: string) => string = plain,
  painted = head,
): string[] {
  if (width - head.length < LEAST && head.length > BELOW.length) {
    const lines = wrap(text, width - BELOW.length).map((line) => BELOW + paint(line));
    return head.trim() === '' ? lines : [painted.trimEnd(), ...lines];
  }
  const space = ' '.repeat(head.length);
  return wrap(text, width - head.length).map((line, i) => (i === 0 ? painted : space) + paint(line));
}

const plain = (text: string): string => text;

/** A help text in lines of at most `width`: the second column of a table stays a column, paragraphs go on where they began. Examples are left as they are, to be copied. */
export function fitted(text: string, width: number): string {
  const [before = '', ...examples] = text.split(/^(?=Examples:|Try it:)/m);
  // A paragraph that was broken for the source is one again first.
  const whole = before.replace(/^(\S.{90,})\n(?=\S)/gm, '$1 ');
  const lines = whole.split('\n').flatMap((line) => {
    if (line.length <= width) return [line];
    const column = /^( *\S.*? {2,})(?=\S)/.exec(line)?.[1] ?? '';
    // What a command takes goes on behind its name.
    const begun = /^(?:(?:Usage:)? *rolefence | *)/.exec(line)![0];
    const head = column !== '' && column.length < width - 20 ? column : begun;
    return hanging(head, line.slice(head.length), width);
  });
  return [lines.join('\n'), ...examples].join('');
}
