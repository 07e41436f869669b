import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../baseline/store/key-value.ts';
import { planAttach, planDetach } from '../../../cli/attach/plan.ts';
import { Stores } from '../../../cli/attach/stores.ts';

const SETTINGS = { ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: 'dynamodb://rolefence' };
const plan = (name: string) =>
  planAttach(
    {
      name,
      arn: `arn:aws:lambda:eu-west-1:111122223333:function:${name}`,
      runtime: 'nodejs24.x',
      architecture: 'x86_64',
      memoryMb: 512,
      layers: [],
      variables: {},
      unreadable: false,
      snapStart: false,
    },
    'arn:aws:lambda:eu-west-1:111122223333:layer:rolefence-slim:1',
    SETTINGS,
  );
const isolation = (): never => ({ load: async () => null }) as never;
const approved = async () => null;
const plans = Array.from({ length: 200 }, (_, i) => plan(`f${i}`));

describe('a store that is asked for many functions', () => {
  it('is asked for many of them at the same time, and each keeps its place', async () => {
    let waiting: (() => void)[] = [];
    const stores = new Stores(async () => ({
      isolation,
      // Answers only when a second one asks
      approved: async () => {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          if (waiting.length < 2) return;
          for (const go of waiting) go();
          waiting = [];
        });
        return null;
      },
    }));
    const done: number[] = [];
    const noted = await stores.noted(plans, (count) => done.push(count));
    expect(noted.map((one) => one.function.name)).toEqual(plans.map((one) => one.function.name));
    for (const { notes } of noted) expect(notes).toEqual([expect.stringContaining('nothing is approved in')]);
    expect(done.at(-1)).toBe(200);
  });

  it('is asked for one in which nothing else is to be changed, too', async () => {
    const stores = new Stores(async () => ({ approved, isolation }));
    const state = { ...plan('same').function, variables: SETTINGS };
    const [noted] = await stores.noted([{ function: state, notes: [], state: 'unchanged' }]);
    expect(noted).toMatchObject({ state: 'unchanged', notes: [expect.stringContaining('nothing is approved in')] });
  });

  it.each([
    ['cannot be reached', 'time-out', 32],
    ['cannot be read', 'there is no table rolefence', 32],
    // May be of one function only: in S3 what is not there looks so
    ['cannot be read', 'AccessDenied', 200],
  ])('and %s (%s) is asked by so many: %i', async (what, cause, asked) => {
    let count = 0;
    const stores = new Stores(async () => ({
      isolation,
      approved: async () => {
        count++;
        throw new StoreError('dynamodb://rolefence', what, cause);
      },
    }));
    const noted = await stores.noted(plans);
    for (const { notes } of noted) expect(notes).toEqual([expect.stringContaining(`${what} (${cause}`)]);
    expect(count).toBeLessThanOrEqual(asked);
    if (asked === 200) expect(count).toBe(200);
  });
});

describe('a function that is isolated in its store', () => {
  const held = {
    format: 'rolefence.isolation/1',
    function: 'f1',
    from: '2026-11-26T07:40:00.000Z',
    by: 'ann',
    reason: 'ticket 7',
  };
  const isolation = (name: string) => ({ load: async () => (name === 'f1' ? held : null) }) as never;

  it('is said to be free where its sensor is taken away', async () => {
    const leaving = ['f1', 'f2'].map((name) => planDetach({ ...plan(name).function, variables: SETTINGS }, []));
    const [isolated, other] = await new Stores(async () => ({ isolation, approved })).freed(leaving);
    expect(isolated?.notes).toContainEqual(
      expect.stringMatching(
        /^isolated in dynamodb:.* since 2026-11-26T07:40.*\(ann: ticket 7\).*; without its sensor it is free$/,
      ),
    );
    expect(other?.notes.join()).not.toContain('isolated');
  });

  it('is looked for in a store that does not answer by no more than so many', async () => {
    let count = 0;
    const load = async () => {
      count++;
      throw new StoreError('dynamodb://rolefence', 'cannot be reached', 'time-out');
    };
    const leaving = plans.map(({ function: state }) => planDetach({ ...state, variables: SETTINGS }, []));
    const opened: string[] = [];
    const stores = new Stores(async (store) => {
      opened.push(store);
      return { approved, isolation: () => ({ load }) as never };
    });
    for (const { notes } of await stores.freed(leaving))
      expect(notes.join()).toContain('not known whether it is isolated');
    expect(count).toBeLessThanOrEqual(32);
    expect(opened).toEqual(['dynamodb://rolefence']);
  });
});
