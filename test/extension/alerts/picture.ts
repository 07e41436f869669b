import type { Style } from '../../../cli/style.ts';

/** Stand for the beginning of a style and for its end, until the picture is drawn. */
const OPEN = '\ue000';
const CLOSE = '\ue001';
const KINDS = ['bold', 'dim', 'red', 'yellow', 'green', 'cyan'] as const;
const ATTRIBUTES: Readonly<Record<(typeof KINDS)[number], string>> = {
  bold: 'font-weight="bold"',
  dim: 'fill="#8b949e"',
  red: 'fill="#ff7b72"',
  yellow: 'fill="#e3b341"',
  green: 'fill="#7ee787"',
  cyan: 'fill="#79c0ff"',
};

/** A terminal's colours, for `pictureOf`. */
export const drawn: Style = Object.fromEntries(
  KINDS.map((kind, at) => [kind, (text: string) => `${OPEN}${at}${text}${CLOSE}`]),
) as unknown as Style;

const WIDTH = 8.4;
const HEIGHT = 20;
const EDGE = 16;

/** Lines as a window with a title, in SVG, so that they can be looked at where they cannot be run. Long ones are broken at `columns`. */
export function pictureOf(title: string, lines: readonly string[], columns: number): string {
  const rows = lines.flatMap((line) => broken(line, columns));
  const width = Math.ceil(columns * WIDTH + 2 * EDGE);
  const height = (rows.length + 1) * HEIGHT + 3 * EDGE;
  const text = rows
    .map((row, at) => `<text x="${EDGE}" y="${(at + 2) * HEIGHT + EDGE}">${spans(row)}</text>`)
    .join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" xml:space="preserve">
<text x="${EDGE}" y="${HEIGHT + 4}" fill="#8b949e">${escaped(title)}</text>
${text}
</g>
</svg>
`;
}

/** Styles do not count for the width, and go on in the next row. */
function broken(line: string, columns: number): string[] {
  const rows: string[] = [];
  const open: string[] = [];
  let row = '';
  let used = 0;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (character === OPEN) {
      open.push(line.slice(at, at + 2));
      row += line.slice(at, ++at + 1);
    } else if (character === CLOSE) {
      open.pop();
      row += character;
    } else {
      if (used === columns) {
        rows.push(row + CLOSE.repeat(open.length));
        row = `${open.join('')}  `;
        used = 2;
      }
      row += character;
      used++;
    }
  }
  return [...rows, row];
}

function spans(row: string): string {
  return escaped(row).replace(/\ue000(\d)|\ue001/g, (_, at?: string) =>
    at === undefined ? '</tspan>' : `<tspan ${ATTRIBUTES[KINDS[Number(at)] as (typeof KINDS)[number]]}>`,
  );
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[character] ?? '');
