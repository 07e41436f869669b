import { describe, expect, it } from 'vitest';
import { createInvocations } from '../../extension/invocations.ts';

const R = (n: number) => `1-6743ef00-${`${n}`.padStart(24, '0')}`;

/** Patience that ends when the test says so. */
function start() {
  const waits: { readonly ms: number; over(): void }[] = [];
  const invocations = createInvocations(
    (work, ms) =>
      new Promise((resolve) => {
        waits.push({ ms, over: resolve });
        void work.then(resolve);
      }),
  );
  invocations.expect();
  return { invocations, waits };
}

describe('the invocation that a call belongs to', () => {
  it('is the one whose trace it bears, also when the next has begun', () => {
    const { invocations } = start();
    invocations.began('a', R(1));
    invocations.began('b', R(2));
    expect(invocations.coming(R(1))).toBeNull();
    expect(invocations.of(R(1))).toBe('a');
    expect(invocations.of(R(2))).toBe('b');
  });

  it('is waited for where its trace has not been told of yet', async () => {
    const { invocations } = start();
    invocations.began('a', R(1));
    const told = invocations.coming(R(2));
    expect(told).not.toBeNull();
    invocations.began('b', R(2));
    await told;
    expect(invocations.of(R(2))).toBe('b');
  });

  it('is waited for before the first, too', async () => {
    const { invocations } = start();
    const told = invocations.coming(R(1));
    invocations.began('a', R(1));
    await told;
    expect(invocations.of(R(1))).toBe('a');
  });

  it('is the latest where the function has traces of its own: one call waits in vain, no other does', async () => {
    const { invocations, waits } = start();
    invocations.began('a', R(1));
    const told = invocations.coming(R(77));
    waits[0]!.over();
    await told;
    expect(invocations.of(R(77))).toBe('a');
    expect(invocations.coming(R(78))).toBeNull();
    invocations.began('b', R(2));
    expect(invocations.coming(R(79))).toBeNull();
  });

  it('is waited for again once a trace was found again', async () => {
    const { invocations, waits } = start();
    invocations.began('a', R(1));
    const vain = invocations.coming(R(77));
    waits[0]!.over();
    await vain;
    expect(invocations.of(R(1))).toBe('a');
    expect(invocations.coming(R(2))).not.toBeNull();
  });

  it('has more patience once the function’s traces were seen to be Lambda’s', () => {
    const { invocations, waits } = start();
    invocations.began('a', R(1));
    invocations.coming(R(2));
    invocations.of(R(1));
    invocations.coming(R(2));
    expect(waits[1]!.ms).toBeGreaterThan(waits[0]!.ms);
  });

  it('of invocations that one trace causes is the latest', () => {
    const { invocations } = start();
    invocations.began('a', R(1));
    invocations.began('b', R(1));
    expect(invocations.of(R(1))).toBe('b');
  });

  it('that is long over is forgotten', () => {
    const { invocations } = start();
    for (let n = 0; n < 100; n++) invocations.began(`${n}`, R(n));
    expect(invocations.of(R(98))).toBe('98');
    expect(invocations.of(R(1))).toBe('99');
  });

  it('is not waited for where nobody tells of invocations', () => {
    expect(createInvocations().coming(R(1))).toBeNull();
  });
});
