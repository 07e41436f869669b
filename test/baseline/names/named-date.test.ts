import { describe, expect, it } from 'vitest';
import { dateIn } from '../../../baseline/names/named-date.ts';

const day = (text: string) => Date.parse(text) / 86_400_000;
const march = (2026 - 1970) * 12 + 2;

describe('the date in a name', () => {
  it.each([
    ['logs/2026-03-24/a.csv', day('2026-03-24')],
    ['dt=2026-03-24/hh=05/part-0.parquet', day('2026-03-24')],
    ['report-2026_03_24.pdf', day('2026-03-24')],
    ['export-20260324T101500Z.json', null],
    ['export-20260324101500.json', day('2026-03-24')],
    ['a/20260324', day('2026-03-24')],
    ['2026-03-24T10:15:00Z', day('2026-03-24')],
    ['in/2026/03/24/05/x', day('2026-03-24')],
    ['year=2026/month=3/day=4/x', day('2026-03-04')],
    ['2026-03-24/2025-01-01', day('2026-03-24')],
  ])('%s is of a day', (text, at) => {
    expect(dateIn(text, 0)).toEqual(at === null ? null : { unit: 'day', at });
  });

  it.each(['invoices/2026-03/x.pdf', 'index_202603', 'in/2026/03/x.csv', 'year=2026/month=03'])(
    '%s is of a month',
    (text) => {
      expect(dateIn(text, 0)).toEqual({ unit: 'month', at: march });
    },
  );

  it.each([
    'INV20260324.pdf',
    '20260324a',
    '2026',
    '2026/model',
    '2026-13-01',
    '200112',
    '1999-12-31',
    '120260324',
    '202603245',
    'f2026-03',
  ])('%s has none', (text) => {
    expect(dateIn(text, 0)).toBeNull();
  });

  it('stands behind where a bucket ends', () => {
    expect(dateIn('logs-2026-03-24/x', 15)).toBeNull();
  });
});
