import { describe, expect, it } from 'vitest';
import type { Deviation } from '../../../baseline/detect/deviation.ts';
import { UnderWay } from '../../../baseline/detect/under-way.ts';
import { get } from '../calls.ts';

const found = [{ key: 'what was found' }] as unknown as readonly Deviation[];
const call = (id: string | null) => get('pictures/a.jpg', { id });

describe('calls that are under way', () => {
  it('give what was found in them once', () => {
    const underWay = new UnderWay();
    underWay.add(call('1'), 'run', found);
    expect([underWay.take(call('2')), underWay.take(call('1')), underWay.take(call('1'))]).toEqual([[], found, []]);
  });

  it('are missed in their own invocation, once for all that came until then', () => {
    const underWay = new UnderWay();
    underWay.add(call('1'), 'run', found);
    underWay.add(call('2'), 'run', found);
    expect([underWay.isMissed('another'), underWay.isMissed('run'), underWay.isMissed('run')]).toEqual([
      false,
      true,
      false,
    ]);
    underWay.add(call('3'), 'run', found);
    underWay.take(call('1'));
    expect(underWay.isMissed('run')).toBe(true);
    expect(underWay.has('run')).toBe(true);
  });

  it('are missed no more when they were answered', () => {
    const underWay = new UnderWay();
    underWay.add(call('1'), 'run', found);
    underWay.take(call('1'));
    expect([underWay.isMissed('run'), underWay.has('run')]).toEqual([false, false]);
  });

  it('without an id belong to the next answer, until another is asked about', () => {
    const underWay = new UnderWay();
    underWay.begin();
    underWay.add(call(null), 'run', found);
    expect([underWay.take(call(null)), underWay.take(call(null))]).toEqual([found, []]);
    underWay.add(call(null), 'run', found);
    underWay.begin();
    expect(underWay.take(call(null))).toEqual([]);
  });

  it('are forgotten, the oldest first, when there are too many', () => {
    const underWay = new UnderWay();
    for (let i = 0; i <= 256; i++) underWay.add(call(`${i}`), i === 0 ? 'first' : 'run', found);
    expect([underWay.has('first'), underWay.take(call('0')), underWay.take(call('256'))]).toEqual([false, [], found]);
  });
});
