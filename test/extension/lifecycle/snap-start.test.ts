import { describe, expect, it } from 'vitest';
import { freshEnvironment, isSnapStart, nameEnvironment } from '../../../extension/lifecycle/snap-start.ts';

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

describe('what an environment is called', () => {
  /** A machine whose wall clock jumps by `ms` when it is restored. */
  function start(snapshot: boolean) {
    let wall = 1_000_000;
    let count = 0;
    const name = nameEnvironment(snapshot, { wall: () => wall, steady: () => 5_000 }, () => `name ${++count}`);
    const jump = (ms: number) => {
      wall += ms;
    };
    return { name, jump };
  }

  it('stays the same without a snapshot, whatever the clock does', () => {
    const { name, jump } = start(false);
    jump(3_600_000);
    name.invoked();
    expect(name.current()).toBe('name 1');
  });

  it('is new with the first invocation after a restore, and stays', () => {
    const { name, jump } = start(true);
    expect(name.current()).toBe('name 1');
    name.invoked();
    expect(name.current()).toBe('name 2');
    jump(3_600_000);
    name.invoked();
    expect(name.current()).toBe('name 2');
  });

  it('is new before that where the clock tells of the restore, so that hooks have it too', () => {
    const { name, jump } = start(true);
    jump(60_000);
    expect(name.current()).toBe('name 2');
    name.invoked();
    expect(name.current()).toBe('name 2');
  });

  it('is new once more where the clock was only set, before the snapshot was taken', () => {
    const { name, jump } = start(true);
    jump(5_000);
    expect(name.current()).toBe('name 2');
    jump(60_000);
    name.invoked();
    expect(name.current()).toBe('name 3');
  });

  it('is no other for a clock that is adjusted by a little', () => {
    const { name, jump } = start(true);
    jump(400);
    expect(name.current()).toBe('name 1');
  });
});
