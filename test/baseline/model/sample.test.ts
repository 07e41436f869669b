import { describe, expect, it } from 'vitest';
import { Sample } from '../../../baseline/model/sample.ts';

const HOUR = 490_000;
const steps = [{ name: 'read', calls: 1, bytesOut: 10, bytesIn: 20, items: 1 }];
const sampled = (...invocations: { unit: number; hour: number }[]): Sample => {
  const sample = new Sample();
  for (const one of invocations) sample.put(one, steps);
  return sample;
};
const names = { has: () => true, of: () => '0' } as unknown as Parameters<Sample['toJson']>[0];
const hours = (sample: Sample) => Object.fromEntries([...sample.units].map(([unit, { hour }]) => [unit, hour]));

describe('the sample knows when an invocation began', () => {
  it('also after it was written and read', () => {
    const written = sampled({ unit: 1, hour: HOUR }, { unit: 2, hour: -1 }).toJson(names);
    expect(written).toEqual(['AAAAAB @ai34 0*1IK', 'AAAAAC 0*1IK']);
    const read = new Sample();
    read.read(written, () => 'read');
    expect(hours(read)).toEqual({ 1: HOUR, 2: -1 });
  });

  it('by the earliest that is known, whatever is joined first', () => {
    const views = [HOUR + 1, -1, HOUR].map((hour) => sampled({ unit: 1, hour }));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      const joined = new Sample();
      for (const at of order) joined.join(views[at]!);
      expect(hours(joined)).toEqual({ 1: HOUR });
    }
  });
});
