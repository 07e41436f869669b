import { describe, expect, it } from 'vitest';
import { Ways } from '../../../baseline/detect/ways.ts';

const times = (count: number, ...steps: string[]) =>
  Array.from({ length: count }, () => new Map(steps.map((step) => [step, 1])));
const waysOf = (sampled: readonly Map<string, number>[]) =>
  new Ways(
    sampled,
    sampled.map(() => -1),
  );
const ways = waysOf([...times(60, 'read', 'write', 'audit'), ...times(2, 'read', 'write'), ...times(30, 'read')]);
const taking = (...steps: string[]) => steps.reduce((taken, step) => ways.take(taken, step), ways.start);

describe('what an invocation left out', () => {
  it('is what all did that took its steps and went on', () => {
    expect(ways.leftOut(taking('read', 'write'))?.missing).toEqual(['audit']);
    expect(ways.leftOut(taking('read'))?.missing).toEqual(['write']);
    expect(ways.leftOut(taking('read', 'write', 'audit'))).toBeNull();
  });

  it('is the same in whatever order, and how often, its steps were taken', () => {
    expect(taking('write', 'read', 'write')).toBe(taking('read', 'write'));
    expect(ways.ended(ways.leftOut(taking('write', 'read'))!).all.shown).toBe(2);
  });

  it('is not known of steps that no sampled invocation took together, whatever comes after', () => {
    expect(ways.leftOut(taking('read', 'delete'))).toBeNull();
    expect(ways.leftOut(taking('delete', 'read', 'write'))).toBeNull();
  });

  it('is no connection to a host', () => {
    const hosts = waysOf([...times(60, 'read', 'CONNECT a.example:443', 'write'), ...times(30, 'read', 'CONNECT *')]);
    expect(hosts.leftOut(hosts.take(hosts.start, 'read'))?.missing).toEqual(['write']);
    expect(hosts.ended(hosts.leftOut(hosts.take(hosts.start, 'read'))!).all.shown).toBe(30);
  });

  it('is known of more sets of steps than are remembered', () => {
    const names = Array.from({ length: 12 }, (_, i) => `step ${i}`);
    const many = waysOf(times(40, ...names));
    for (let set = 0; set < 2 ** 10; set++) {
      const steps = names.filter((_, i) => (set >> i) % 2 === 1);
      const ending = many.leftOut(steps.reduce((taken, step) => many.take(taken, step), many.start));
      expect(ending?.missing).toEqual(names.filter((name) => !steps.includes(name)).sort());
    }
  });
});
