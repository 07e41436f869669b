import { describe, expect, it } from 'vitest';
import { barChart, bucketsOf } from '../../../../cli/report/page/chart.ts';

describe('the time of a chart', () => {
  it.each([
    ['hour', ['2026-01-01T22', '2026-01-03T09'], '2026-01-01T22:00:00.000Z', 36],
    ['day', ['2026-01-01T22', '2026-01-20T09'], '2026-01-01T00:00:00.000Z', 20],
    ['week', ['2026-01-01T22', '2026-06-03T09'], '2025-12-29T00:00:00.000Z', 23],
    ['month', ['2024-01-31T22', '2026-06-03T09'], '2024-01-01T00:00:00.000Z', 30],
  ])('goes by the %s of the calendar', (unit, [first, last], start, count) => {
    const buckets = bucketsOf([last!, first!, 'never'])!;
    expect([buckets.unit, buckets.starts[0], buckets.starts.length]).toEqual([unit, start, count]);
    expect([buckets.index(first!), buckets.index(last!)]).toEqual([0, count - 1]);
  });

  it('holds what is older than sixty months in its first one', () => {
    const buckets = bucketsOf(['2010-01-01T00', '2026-06-03T09'])!;
    expect([buckets.starts.length, buckets.index('2010-01-01T00'), buckets.index('2026-06-03T09')]).toEqual([
      60, 0, 59,
    ]);
  });
});

describe('bars', () => {
  const buckets = bucketsOf(['2026-01-01T00', '2026-01-01T02'])!;
  const chart = (values: number[]) => barChart('Calls', buckets, [{ name: 'calls', class: 'calls', values }], String);

  it('reach no further than the scale, whose marks are whole numbers', () => {
    const ticks = [...chart([3, 0, 7]).matchAll(/<span style="bottom:[^"]*">(\d+)</g)].map(([, text]) => Number(text));
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(7);
    expect([...chart([1, 0, 0]).matchAll(/<span style="bottom:[^"]*">([^<]+)</g)].map(([, text]) => text)).toEqual([
      '0',
      '1',
    ]);
  });

  it('of few hours are bars in the middle of their time, none wider than a fourteenth of the picture', () => {
    const one = barChart(
      'Calls',
      bucketsOf(['2026-01-01T00'])!,
      [{ name: 'calls', class: 'calls', values: [6] }],
      String,
    );
    expect(one).toContain('<rect class="calls" x="465" y="0" width="70"');
    expect(one).toContain('<span class="mark" style="left:50%;transform:translateX(-50%)">01-01 00:00</span>');
    const widths = [...chart([3, 1, 7]).matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, text]) => Number(text));
    expect(widths).toEqual([70, 70, 70]);
  });

  it('have names that move in where the picture is too narrow for them, and no mark where they would be far off', () => {
    const hours = bucketsOf(['2026-01-01T02', '2026-01-01T14'])!;
    const values = hours.starts.map(() => 1);
    const named = barChart('Calls', hours, [{ name: 'calls', class: 'calls', values }], String);
    const names = [...named.matchAll(/<span( class="mark")? style="left:min\(([\d.]+)%,100% - 10ch\)">([^<]+)</g)];
    expect(names.map(([, mark, , text]) => [text, mark !== undefined])).toEqual([
      ['01-01 02:00', true],
      ['01-01 05:00', true],
      ['01-01 08:00', true],
      ['01-01 11:00', true],
      ['01-01 14:00', false],
    ]);
  });

  it('are seen however small, and not where there is nothing', () => {
    const heights = [...chart([1, 0, 1_000_000]).matchAll(/<rect [^>]*height="([\d.]+)"/g)].map(([, text]) => text);
    expect(heights).toEqual(['1.5', '118']);
  });
});
