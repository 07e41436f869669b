import { describe, expect, it } from 'vitest';
import { BREAK_GLASS, type BreakGlass } from '../../../baseline/approval/break-glass.ts';
import { ISOLATION, type Isolation } from '../../../baseline/approval/isolation.ts';
import { createApprovals } from '../../../baseline/store/approved.ts';
import { readCopy } from '../../../baseline/store/cold-start.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { type KeyValue, StoreError } from '../../../baseline/store/key-value.ts';
import { memory } from './memory.ts';

const NOW = Date.parse('2026-11-26T05:00:00.000Z');
const text = (serial: number) =>
  JSON.stringify({ format: 'rolefence.baseline/1', approval: { serial }, functions: { resize: {} } });
const isolation = (): Isolation => ({
  format: ISOLATION,
  function: 'resize',
  from: '2026-11-26T05:00:00.000Z',
  by: null,
  reason: 'ticket 7',
});
const glass = (functions: BreakGlass['functions'], hours = 4): BreakGlass => ({
  format: BREAK_GLASS,
  from: new Date(NOW - 3_600_000).toISOString(),
  until: new Date(NOW + hours * 3_600_000).toISOString(),
  by: null,
  reason: 'release 41',
  functions,
});

/** The memory as a service would be that has no request for several values. `before` comes before each request. */
function separate(before: (what: string) => Promise<void> | void = () => {}) {
  const { store, values } = memory();
  const one: KeyValue = {
    ...store,
    oneByOne: true,
    async get(key, fresh) {
      await before(`get ${key.kind}`);
      return store.get(key, fresh);
    },
    async put(key, bytes, tag) {
      await before(`put ${key.kind}`);
      return store.put(key, bytes, tag);
    },
    async remove(key, tag) {
      await before(`remove ${key.kind}`);
      return store.remove(key, tag);
    },
  };
  const problems: string[] = [];
  const fleet = createFleet(
    one,
    () => NOW,
    (problem) => problems.push(problem),
  );
  return { fleet, store, values, problems, copy: (fn = 'resize') => readCopy(store, fn, 1e6) };
}

describe('the copy of what a sensor asks for first', () => {
  it('is there from publishing on, with what was published last', async () => {
    const { fleet, copy } = separate();
    await fleet.approvals.publish('resize', text(1));
    expect(await copy()).toBe(text(1));
    await fleet.approvals.publish('resize', text(2));
    expect(await copy()).toBe(text(2));
    await expect(fleet.approvals.publish('resize', text(1))).rejects.toThrow('holds a newer approved baseline');
    expect(await copy()).toBe(text(2));
  });

  it('is away while the function is isolated, whoever publishes in between', async () => {
    const { fleet, copy } = separate();
    await fleet.approvals.publish('resize', text(1));
    await fleet.isolation('resize').turn(isolation());
    expect(await copy()).toBeNull();
    await fleet.approvals.publish('resize', text(2));
    expect(await copy()).toBeNull();
    expect(await fleet.isolation('resize').end()).toBe(true);
    expect(await copy()).toBe(text(2));
  });

  it('is away while the glass is broken for the function, and only then', async () => {
    const { fleet, copy } = separate();
    for (const fn of ['resize', 'billing']) await fleet.approvals.publish(fn, text(1));
    await fleet.breakGlass.turn(glass(['billing']));
    expect([await copy(), await copy('billing')]).toEqual([text(1), null]);
    await fleet.breakGlass.turn(glass(null));
    expect([await copy(), await copy('billing')]).toEqual([null, null]);
    await fleet.breakGlass.end();
    expect([await copy(), await copy('billing')]).toEqual([text(1), text(1)]);
    await fleet.breakGlass.turn(glass(null, -0.5));
    await fleet.approvals.publish('resize', text(2));
    expect(await copy()).toBe(text(2));
    // For who publishes with a clock that is ahead it has run out, for sensors not yet
    await fleet.breakGlass.turn(glass(null, -0.2));
    await fleet.approvals.publish('resize', text(3));
    expect(await copy()).toBeNull();
  });

  it('is away where a switch cannot be read: it may hold', async () => {
    const { fleet, values, copy } = separate();
    values.set('isolation#resize', { bytes: Buffer.from('nonsense'), tag: 'x' });
    await fleet.approvals.publish('resize', text(1));
    expect(await copy()).toBeNull();
    values.delete('isolation#resize');
    values.set('break-glass#fleet', { bytes: Buffer.from('nonsense'), tag: 'x' });
    await fleet.approvals.publish('resize', text(2));
    expect(await copy()).toBeNull();
  });

  it('of another function is none', async () => {
    const { fleet, values, copy } = separate();
    await fleet.approvals.publish('billing', text(1));
    values.set('cold-start#resize', values.get('cold-start#billing')!);
    expect(await copy()).toBeNull();
  });

  it('that may not be taken away lets no switch be turned, and says why', async () => {
    const may = { remove: true };
    const { fleet } = separate((what) => {
      if (what === 'remove cold-start' && !may.remove)
        throw new StoreError('memory', 'cannot be written', 'AccessDenied');
    });
    await fleet.approvals.publish('resize', text(1));
    may.remove = false;
    await expect(fleet.isolation('resize').turn(isolation())).rejects.toThrow('cannot be written (AccessDenied)');
    await expect(fleet.breakGlass.turn(glass(null))).rejects.toThrow('cannot be written (AccessDenied)');
    expect(await fleet.isolation('resize').load()).toBeNull();
    expect(await fleet.breakGlass.load(null)).toBeNull();
  });

  it('that may not be written is told, and what is published holds all the same', async () => {
    const { fleet, problems, copy } = separate((what) => {
      if (what === 'put cold-start') throw new StoreError('memory', 'cannot be written', 'AccessDenied');
    });
    await fleet.approvals.publish('resize', text(1));
    expect(await fleet.approvals.newest('resize')).toBe(text(1));
    expect(await copy()).toBeNull();
    expect(problems).toEqual([
      'the baseline store memory cannot be written (AccessDenied): sensors of one function need one request for each object at their start',
    ]);
  });

  it('never outlasts what it was made of, though whoever publishes may write none and somebody else does meanwhile', async () => {
    const may = { put: true };
    let renewing = false;
    const { fleet, copy } = separate(async (what) => {
      if (what === 'put cold-start' && !may.put && !renewing)
        throw new StoreError('memory', 'cannot be written', 'AccessDenied');
      if (what !== 'put approved' || may.put || renewing) return;
      renewing = true;
      await fleet.breakGlass.end();
      renewing = false;
    });
    await fleet.approvals.publish('resize', text(1));
    await fleet.breakGlass.turn(glass(null));
    may.put = false;
    await fleet.approvals.publish('resize', text(2));
    expect(await fleet.approvals.newest('resize')).toBe(text(2));
    expect(await copy()).toBeNull();
  });

  it('is taken away by who put it there, where somebody has published meanwhile and could not take it away', async () => {
    let copies = -1;
    const { fleet, store, copy } = separate(async (what) => {
      // Its mark is there and the truth was read; what is approved is replaced before its copy stands
      if (copies >= 0 && what === 'put cold-start' && ++copies === 2)
        await createApprovals(store).publish('resize', text(2));
    });
    await fleet.approvals.publish('resize', text(1));
    await fleet.breakGlass.turn(glass(null));
    copies = 0;
    await fleet.breakGlass.end();
    expect(copies).toBe(2);
    expect(await copy()).toBeNull();
  });

  // Every request of the three waits for its turn, which chance gives: what one of them looked at may be old when it writes.
  it('is never there between turning a switch and ending it, in whatever order requests come', async () => {
    for (let seed = 0; seed < 60; seed++) await turnedAndPublishedAtOnce(seed);
  });
});

/** Every request waits for its turn, which chance gives: what one of them looked at may be old when it writes. */
async function turnedAndPublishedAtOnce(seed: number): Promise<void> {
  const waiting: (() => void)[] = [];
  const turn = () => new Promise<void>((resolve) => waiting.push(resolve));
  const { fleet, copy } = separate(turn);
  let state = seed + 1;
  const random = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const stays = seed % 2 === 1;
  let [isolated, broken, left] = [false, false, 4];
  const aWhile = async () => {
    for (let n = 0; n < 5; n++) await turn();
  };
  const doing = [
    async () => {
      await fleet.approvals.publish('resize', text(1)).catch(() => {});
      await fleet.approvals.publish('resize', text(3));
    },
    () => fleet.approvals.publish('resize', text(2)).catch(() => {}),
    async () => {
      await fleet.isolation('resize').turn(isolation());
      isolated = true;
      await aWhile();
      isolated = stays;
      if (!stays) await fleet.isolation('resize').end();
    },
    async () => {
      await fleet.breakGlass.turn(glass(null));
      broken = true;
      await aWhile();
      broken = false;
      await fleet.breakGlass.end();
    },
  ].map((work) => work().finally(() => left--));
  for (let steps = 0; left > 0 && steps < 5_000; steps++) {
    await new Promise(setImmediate);
    if (isolated || broken) expect(await copy(), `seed ${seed}`).toBeNull();
    waiting.splice(Math.floor(random() * waiting.length), 1)[0]?.();
  }
  await Promise.all(doing);
  expect(await copy(), `seed ${seed}`).toBe(isolated ? null : text(3));
}
