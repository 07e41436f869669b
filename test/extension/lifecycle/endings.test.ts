import { describe, expect, it } from 'vitest';
import { createEndings } from '../../../extension/lifecycle/endings.ts';

/** Time goes on by what is paused for, and only then. */
function start() {
  const state = { now: 100_000, lastSeen: 0 };
  const reports: string[] = [];
  let pausing: { readonly until: number; over(): void }[] = [];
  const endings = createEndings({
    now: () => state.now,
    pause: (ms) => new Promise((resolve) => pausing.push({ until: state.now + ms, over: resolve })),
    lastSeen: () => state.lastSeen,
    report: (problem) => void reports.push(problem),
  });
  /** So many milliseconds later. */
  async function pass(ms: number): Promise<void> {
    const end = state.now + ms;
    for (;;) {
      await new Promise(setImmediate);
      const next = pausing.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0];
      if (next === undefined) break;
      pausing = pausing.filter((one) => one !== next);
      state.now = Math.max(state.now, next.until);
      next.over();
    }
    state.now = end;
  }
  /** What came of waiting, as far as it has. */
  function wait(requestId: string, deadlineMs = state.now + 900_000) {
    const seen: { at?: number | null } = {};
    const waiting = endings.of(requestId, deadlineMs);
    if (waiting === null) seen.at = null;
    void waiting?.then((at) => {
      seen.at = at;
    });
    return seen;
  }
  return { endings, state, reports, pass, wait };
}

describe('the end of an invocation', () => {
  it('is when Lambda says that the runtime is done', async () => {
    const { endings, pass, wait, state } = start();
    const seen = wait('a');
    endings.started('a');
    state.lastSeen = state.now + 700;
    await pass(3_500);
    expect(seen).toEqual({});
    endings.done('a', 103_499);
    await pass(0);
    expect(seen).toEqual({ at: 103_499 });
  });

  it('may have been told before it is asked for', async () => {
    const { endings, pass, wait } = start();
    endings.started('a');
    endings.done('a', 100_001);
    const seen = wait('a');
    await pass(0);
    expect(seen).toEqual({ at: 100_001 });
  });

  it('is not waited for where not even the begin is told', async () => {
    const { pass, wait } = start();
    const seen = wait('a');
    await pass(249);
    expect(seen).toEqual({});
    await pass(1);
    expect(seen).toEqual({ at: null });
  });

  it('is not waited for longer than three seconds after the last sign of the function, nor beyond its deadline', async () => {
    const { endings, pass, wait, state } = start();
    endings.started('a');
    const seen = wait('a');
    await pass(900);
    state.lastSeen = state.now;
    await pass(2_999);
    expect(seen).toEqual({});
    await pass(1);
    expect(seen).toEqual({ at: null });
    endings.started('b');
    const short = wait('b', state.now + 300);
    await pass(300);
    expect(short).toEqual({ at: null });
  });

  it('is not that of another invocation', async () => {
    const { endings, pass, wait } = start();
    endings.started('a');
    const seen = wait('a');
    endings.done('z', 100_000);
    await pass(0);
    expect(seen).toEqual({});
  });

  it('is asked for no more once three were never told of; told late they count as told', async () => {
    const { endings, pass, wait, reports } = start();
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      endings.started(id);
      const seen = wait(id);
      await pass(3_000);
      expect(seen).toEqual({ at: null });
      // A function that is silent for long: its end comes after it was given up.
      endings.done(id, 0);
    }
    for (const id of ['f', 'g', 'h']) {
      wait(id);
      await pass(3_000);
    }
    expect(reports).toEqual([]);
    expect(endings.of('i', 0)).toBeNull();
    expect(endings.of('j', 0)).toBeNull();
    expect(reports).toEqual([
      'Lambda has stopped telling when the function is done: ROLEFENCE_TELEMETRY has no effect any more',
    ]);
  });
});
