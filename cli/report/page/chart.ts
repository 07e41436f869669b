import { esc } from './escape.ts';

/** One series of a bar chart: its class colours it, its name explains it. */
export interface Series {
  readonly name: string;
  readonly class: string;
  readonly values: readonly number[];
}

export interface Buckets {
  /** Begin of each bucket, ISO: hours where the whole is short, else days. */
  readonly starts: readonly string[];
  readonly unit: 'hour' | 'day' | 'week';
  index(hour: string): number;
}

const HOUR = 3_600_000;
const MOST = 60;

/** Even steps of time that hold all of these hours, at most sixty. */
export function bucketsOf(hours: Iterable<string>): Buckets | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const hour of hours) {
    const time = Date.parse(`${hour}:00:00Z`);
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (first > last) return null;
  const [unit, step] = STEPS.find(([, length]) => (last - first) / length < MOST) ?? STEPS.at(-1)!;
  const origin = Math.floor(first / step) * step;
  const count = Math.min(MOST, Math.floor((last - origin) / step) + 1);
  return {
    unit,
    starts: Array.from({ length: count }, (_, i) => new Date(origin + i * step).toISOString()),
    index: (hour) => Math.min(count - 1, Math.max(0, Math.floor((Date.parse(`${hour}:00:00Z`) - origin) / step))),
  };
}

const STEPS: readonly (readonly ['hour' | 'day' | 'week', number])[] = [
  ['hour', HOUR],
  ['day', 24 * HOUR],
  ['week', 7 * 24 * HOUR],
];

const HEIGHT = 150;
const LEFT = 52;
const BOTTOM = 22;
const TOP = 10;

/** Stacked bars over time as SVG. `say` writes a value: a number, bytes. `width` is about what it will have on a screen, so that letters keep their size. The picture has a label; the numbers behind it stand in a table for those who cannot see it. */
export function barChart(
  label: string,
  buckets: Buckets,
  series: readonly Series[],
  say: (value: number) => string,
  width = 520,
): string {
  const totals = buckets.starts.map((_start, i) => series.reduce((sum, { values }) => sum + values[i]!, 0));
  const max = niceMax(Math.max(1, ...totals));
  const slot = (width - LEFT) / buckets.starts.length;
  const gap = Math.min(4, slot * 0.2);
  const scale = (value: number) => (value / max) * (HEIGHT - TOP - BOTTOM);
  const parts: string[] = [];
  // No half of a finding
  for (const share of Number.isInteger(max / 2) ? [0, 0.5, 1] : [0, 1]) {
    const y = round(HEIGHT - BOTTOM - scale(max * share));
    parts.push(
      `<path class="grid" d="M${LEFT} ${y}H${width}"/><text class="tick" x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${esc(say(max * share))}</text>`,
    );
  }
  for (const [i, start] of buckets.starts.entries()) {
    if (totals[i] === 0) continue;
    let y = HEIGHT - BOTTOM;
    const bars = series.map(({ class: colour, values }) => {
      const height = values[i]! === 0 ? 0 : Math.max(1.5, scale(values[i]!));
      y -= height;
      return height === 0
        ? ''
        : `<rect class="${colour}" x="${round(LEFT + i * slot + gap / 2)}" y="${round(y)}" width="${round(slot - gap)}" height="${round(height)}"/>`;
    });
    const told = series.filter(({ values }) => values[i]! > 0).map(({ name, values }) => `${name} ${say(values[i]!)}`);
    parts.push(`<g><title>${esc(`${when(start, buckets.unit)}: ${told.join(', ')}`)}</title>${bars.join('')}</g>`);
  }
  const every = Math.max(1, Math.ceil(buckets.starts.length / 6));
  for (let i = 0; i < buckets.starts.length; i += every)
    parts.push(
      `<text class="tick" x="${round(LEFT + i * slot)}" y="${HEIGHT - 6}">${esc(tick(buckets.starts[i]!, buckets.unit))}</text>`,
    );
  const sums = series.map(({ name, values }) => `${name} ${say(values.reduce((sum, value) => sum + value, 0))}`);
  const spoken = `${label}, ${when(buckets.starts[0]!, buckets.unit)} to ${when(buckets.starts.at(-1)!, buckets.unit)}: ${sums.join(', ')}`;
  return `<svg class="chart" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${esc(spoken)}">${parts.join('')}</svg>`;
}

export const legend = (series: readonly Pick<Series, 'name' | 'class'>[]): string =>
  `<ul class="legend">${series.map(({ name, class: colour }) => `<li><svg width="12" height="12" aria-hidden="true"><rect class="${colour}" width="12" height="12" rx="2"/></svg>${esc(name)}</li>`).join('')}</ul>`;

/** 1, 2 or 4 times a power of ten: half of it is a whole number too, but for 1. */
function niceMax(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 10].map((factor) => factor * power).find((nice) => nice >= value)!;
}

const when = (start: string, unit: Buckets['unit']): string =>
  unit === 'hour'
    ? start.slice(0, 13).replace('T', ' ').concat(':00')
    : unit === 'day'
      ? start.slice(0, 10)
      : `week of ${start.slice(0, 10)}`;

const tick = (start: string, unit: Buckets['unit']): string =>
  unit === 'hour' ? `${start.slice(5, 10)} ${start.slice(11, 13)}h` : start.slice(5, 10);

const round = (value: number): number => Math.round(value * 10) / 10;
