import { bisectRight } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
import { stack } from 'd3-shape';
import { type CountableTimeInterval, utcDay, utcHour, utcMonday, utcMonth } from 'd3-time';
import { esc } from './escape.ts';

/** One series of a bar chart: its class colours it, its name explains it. */
export interface Series {
  readonly name: string;
  readonly class: string;
  readonly values: readonly number[];
}

export interface Buckets {
  /** Begin of each bucket, ISO: hours where the whole is short, else days, weeks from Monday, or months. */
  readonly starts: readonly string[];
  readonly unit: Unit;
  index(hour: string): number;
}

type Unit = 'hour' | 'day' | 'week' | 'month';

const MOST = 60;

const STEPS: readonly (readonly [Unit, CountableTimeInterval])[] = [
  ['hour', utcHour],
  ['day', utcDay],
  ['week', utcMonday],
  ['month', utcMonth],
];

const timeOf = (hour: string): number => Date.parse(`${hour}:00:00Z`);

/** Steps of the calendar that hold all of these hours, at most sixty; of more months the last sixty, with all that was before in the first. */
export function bucketsOf(hours: Iterable<string>): Buckets | null {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const hour of hours) {
    const time = timeOf(hour);
    if (Number.isNaN(time)) continue;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  if (first > last) return null;
  const count = (step: CountableTimeInterval) => step.count(step.floor(new Date(first)), new Date(last)) + 1;
  const [unit, step] = STEPS.find(([, one]) => count(one) <= MOST) ?? STEPS.at(-1)!;
  const end = step.floor(new Date(last));
  const from = step.offset(end, 1 - Math.min(MOST, count(step)));
  const starts = step.range(from, step.offset(end, 1));
  return {
    unit,
    starts: starts.map((start) => start.toISOString()),
    index: (hour) => Math.max(0, bisectRight(starts, new Date(timeOf(hour))) - 1),
  };
}

/** Units of the picture: it is stretched to the width that there is, while all that is read is text beside it and keeps its size. */
const HEIGHT = 118;
const WIDTH = 1_000;
/** A value that is there is seen, however small. */
const LEAST = 1.5;
/** Of a bar at most: few hours are bars, not walls. */
const WIDEST = 0.07 * WIDTH;
/** Percent: a name that begins here stands so far left of its bar that a mark would be wrong. */
const FAR = 85;
/** Of so few bars each has its name in its middle; of more, names begin with theirs. */
const FEW = 4;

/** Stacked bars over time. `say` writes a value: a number, bytes. The picture has a label; the numbers behind it stand in a table for those who cannot see it. */
export function barChart(
  label: string,
  buckets: Buckets,
  series: readonly Series[],
  say: (value: number) => string,
): string {
  const at = [...buckets.starts.keys()];
  const totals = at.map((i) => series.reduce((sum, { values }) => sum + values[i]!, 0));
  const y = scaleLinear([0, Math.max(1, ...totals)], [0, HEIGHT]).nice(2);
  const x = scaleBand(at, [0, WIDTH]).paddingInner(Math.min(0.2, (4 * at.length) / 470));
  const thickness = Math.min(x.bandwidth(), WIDEST);
  const middle = (i: number) => x(i)! + x.bandwidth() / 2;
  const parts: string[] = [];
  // No half of a finding
  const levels = y
    .ticks(2)
    .filter(Number.isInteger)
    .map((value) => ({ name: say(value), height: y(value) }));
  for (const { height } of levels) parts.push(`<path class="grid" d="M0 ${round(HEIGHT - height)}H${WIDTH}"/>`);
  const stacked = stack<number, Series>()
    .keys(series)
    .value((i, { values }) => (values[i]! === 0 ? 0 : Math.max(LEAST, y(values[i]!))))(at);
  for (const i of at) {
    if (totals[i] === 0) continue;
    const bars = stacked.map((layer) => {
      const [low, high] = layer[i]!;
      return high === low
        ? ''
        : `<rect class="${layer.key.class}" x="${round(middle(i) - thickness / 2)}" y="${round(HEIGHT - high)}" width="${round(thickness)}" height="${round(high - low)}"/>`;
    });
    const told = series.filter(({ values }) => values[i]! > 0).map(({ name, values }) => `${name} ${say(values[i]!)}`);
    parts.push(
      `<g><title>${esc(`${when(buckets.starts[i]!, buckets.unit)}: ${told.join(', ')}`)}</title>${bars.join('')}</g>`,
    );
  }
  const every = Math.max(1, Math.ceil(at.length / 5));
  const times = at
    .filter((one) => one % every === 0)
    .map((i) => {
      const share = round((100 * (at.length > FEW ? middle(i) - thickness / 2 : middle(i))) / WIDTH);
      const centred = at.length > FEW ? '' : ';transform:translateX(-50%)';
      const isFar = share > FAR && centred === '';
      const name = tick(buckets.starts[i]!, buckets.unit);
      // Where the picture is narrow the name moves in as far as it must; its signs are narrower than its digits
      const place =
        centred === '' ? `left:min(${share}%,100% - ${Math.ceil(0.9 * name.length)}ch)` : `left:${share}%${centred}`;
      return `<span${isFar ? '' : ' class="mark"'} style="${place}">${esc(name)}</span>`;
    });
  const values = levels.map(
    ({ name, height }) => `<span style="bottom:${round((100 * height) / HEIGHT)}%">${esc(name)}</span>`,
  );
  const room = Math.max(...levels.map(({ name }) => name.length));
  const sums = series.map(({ name, values }) => `${name} ${say(values.reduce((sum, value) => sum + value, 0))}`);
  const spoken = `${label}, ${when(buckets.starts[0]!, buckets.unit)} to ${when(buckets.starts.at(-1)!, buckets.unit)}: ${sums.join(', ')}`;
  return `<div class="chart" role="img" aria-label="${esc(spoken)}" style="--room:${room}ch"><div class="values">${values.join('')}</div><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${parts.join('')}</svg><div class="times">${times.join('')}</div></div>`;
}

export const legend = (series: readonly Pick<Series, 'name' | 'class'>[]): string =>
  `<ul class="legend">${series.map(({ name, class: colour }) => `<li><svg width="12" height="12" aria-hidden="true"><rect class="${colour}" width="12" height="12" rx="2"/></svg>${esc(name)}</li>`).join('')}</ul>`;

const when = (start: string, unit: Unit): string =>
  unit === 'hour'
    ? start.slice(0, 13).replace('T', ' ').concat(':00')
    : unit === 'day'
      ? start.slice(0, 10)
      : unit === 'week'
        ? `week of ${start.slice(0, 10)}`
        : start.slice(0, 7);

const tick = (start: string, unit: Unit): string =>
  unit === 'hour'
    ? `${start.slice(5, 10)} ${start.slice(11, 16)}`
    : unit === 'month'
      ? start.slice(0, 7)
      : start.slice(5, 10);

const round = (value: number): number => Math.round(value * 10) / 10;
