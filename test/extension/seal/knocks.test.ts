import { describe, expect, it } from 'vitest';
import { Knocks } from '../../../extension/seal/knocks.ts';

describe('requests to the sensor itself', () => {
  it('are told of by their number, not one by one', () => {
    const knocks = new Knocks();
    const told = Array.from({ length: 150 }, (_, at) => knocks.heard('it was asked', at)).filter(Boolean);
    expect(told).toEqual(['it was asked', 'it was asked, 10 times so far', 'it was asked, 100 times so far']);
  });

  it('are told of again where they still come a minute later', () => {
    const knocks = new Knocks();
    expect([0, 59_999, 60_000, 60_001].map((now) => knocks.heard('it was asked', now))).toEqual([
      'it was asked',
      null,
      'it was asked, 3 times so far',
      null,
    ]);
  });

  it('are told of by their exact number where what is kept is handed over, and then no more', () => {
    const knocks = new Knocks();
    for (let at = 0; at < 37; at++) knocks.heard('it was asked', at);
    knocks.heard('it was asked otherwise', 40);
    expect(knocks.untold(50)).toEqual(['it was asked, 37 times so far']);
    expect(knocks.untold(60)).toEqual([]);
    expect(knocks.heard('it was asked', 60_000)).toBeNull();
    expect(knocks.untold(60_001)).toEqual(['it was asked, 38 times so far']);
  });

  it('are told of where another kind begins', () => {
    const knocks = new Knocks();
    expect([knocks.heard('a', 0), knocks.heard('a', 1), knocks.heard('b', 2)]).toEqual(['a', null, 'b']);
  });
});
