import { describe, expect, it } from 'vitest';
import { freshEnvironment, isSnapStart } from '../../../extension/lifecycle/snap-start.ts';

describe('an environment’s name', () => {
  it('is new each time it is asked for', () => {
    const names = Array.from({ length: 100 }, () => freshEnvironment());
    expect(new Set(names).size).toBe(100);
    for (const name of names) expect(name).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is there without the kernel’s source, too', () => {
    expect(freshEnvironment('/nonexistent')).toMatch(/^[0-9a-f]{16}$/);
  });
});

it.each([
  ['snap-start', true],
  ['on-demand', false],
  [undefined, false],
])('an initialization of type %s', (type, snapshot) => {
  expect(isSnapStart({ AWS_LAMBDA_INITIALIZATION_TYPE: type })).toBe(snapshot);
});
