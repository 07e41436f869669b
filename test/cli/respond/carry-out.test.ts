import { describe, expect, it } from 'vitest';
import { carryOut } from '../../../cli/respond/carry-out.ts';
import type { Change } from '../../../cli/respond/change.ts';

describe('several changes', () => {
  const changes: Change[] = [
    { kind: 'concurrency', function: 'a', before: 3, after: 0 },
    { kind: 'role-policy', role: 'r', policy: 'p', before: null, after: '{}' },
  ];

  it('are taken back where a later one fails', async () => {
    const applied: Change[] = [];
    const account = {
      async apply(change: Change) {
        if (change.kind === 'role-policy') throw new Error('no');
        applied.push(change);
      },
    };
    await expect(carryOut(account, changes)).rejects.toThrow('what had been done was taken back');
    expect(applied).toEqual([changes[0], { ...changes[0], before: 0, after: 3 }]);
  });

  it('say what is stuck where even that fails', async () => {
    let calls = 0;
    const account = {
      async apply() {
        if (++calls > 1) throw new Error('no');
      },
    };
    await expect(carryOut(account, changes)).rejects.toThrow(
      'function a: reserved concurrency 3 → 0: no invocation starts any more could not be taken back',
    );
  });
});
