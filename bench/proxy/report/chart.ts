/** One bar of the chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly own: boolean;
}

export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 720;
const LABEL = 170;
const ROW = 22;
const HEAD = 34;

/** Panels of horizontal bars, one below the other. Plain SVG that reads on a light and on a dark page. */
export function chart(panels: readonly Panel[]): string {
  let y = 8;
  let content = '';
  for (const { title, unit, bars } of panels) {
    content += `<text x="0" y="${y + 16}" class="t">${escape(title)}</text>`;
    y += HEAD;
    const largest = Math.max(...bars.map((bar) => bar.value), Number.MIN_VALUE);
    for (const { label, value, own } of bars) {
      const length = Math.max(1, (value / largest) * (WIDTH - LABEL - 90));
      content +=
        `<text x="${LABEL - 8}" y="${y + 13}" text-anchor="end">${escape(label)}</text>` +
        `<rect x="${LABEL}" y="${y + 2}" width="${length.toFixed(1)}" height="14" rx="2" class="${own ? 'o' : 'p'}"/>` +
        `<text x="${(LABEL + length + 6).toFixed(1)}" y="${y + 13}">${digits(value)} ${escape(unit)}</text>`;
      y += ROW;
    }
    y += 14;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img" aria-label="Rolefence beside other proxies">` +
    '<style>text{font:12px system-ui,sans-serif;fill:#57606a}.t{font-weight:600;font-size:14px}.o{fill:#0969da}.p{fill:#8c959f}' +
    '@media(prefers-color-scheme:dark){text{fill:#c9d1d9}.o{fill:#58a6ff}.p{fill:#6e7681}}</style>' +
    `${content}</svg>\n`
  );
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(2));

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
