import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { covers } from '../../../baseline/detect/openness.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT } from '../../../baseline/model/document.ts';
import { FunctionModel } from '../../../baseline/model/function-model.ts';
import { readCandidate } from '../../../baseline/store/candidate.ts';
import { Deployments } from '../../../baseline/store/deployments.ts';
import { fitting, placesOf } from '../../../baseline/store/door.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { handedIn } from '../../../baseline/store/handed-in.ts';
import { slotKey } from '../../../baseline/store/key-value.ts';
import {
  joinLearned,
  type Learned,
  type LearnedDocument,
  learnedDocument,
  learnedOf,
  pack,
} from '../../../baseline/store/learned.ts';
import { newOrigins, Origin, originsOf } from '../../../baseline/store/origins.ts';
import { anyCalls, parts } from '../arbitrary.ts';
import { get } from '../calls.ts';
import { byStrength, FN, HONEST, honestNames, KINDS, named, ofAction, slotOf, table } from './crowded-slots.ts';
import { memory } from './memory.ts';

/** Those of the names that a place of this kind has. */
function found(kind: string, names: readonly string[], document: LearnedDocument): string[] {
  const known = new Set<string>();
  for (const { what, place } of placesOf(learnedOf(FN, document)))
    if (what === kind) for (const name of place.keys()) known.add(name);
  return names.filter((name) => known.has(kind.includes('resources') ? table(name) : name));
}

describe('a slot full of invented names', () => {
  it('can be made for each kind of place that has a cap', () => {
    const whats = new Set(
      KINDS.flatMap((kind) => [...placesOf(slotLearned(slotOf(kind, ['1'])))].map(({ what }) => what)),
    );
    expect([...whats].filter((what) => what !== 'origins').sort()).toEqual([...KINDS].sort());
  });

  it.each(KINDS)('takes nothing away that stands in the candidate: %s', async (kind) => {
    const { store } = memory();
    const honest = honestNames(kind);
    await store.put(slotKey(FN, 0), slotOf(kind, honest), null);
    await createFleet(store).aggregate();
    await store.put(slotKey(FN, 3), slotOf(kind, byStrength(kind).slice(0, 1_000)), null);
    const { leftOut, full } = await createFleet(store).aggregate();
    expect(leftOut).toEqual([
      {
        function: FN,
        slot: '3',
        whole: false,
        reason: expect.stringMatching(new RegExp(`^the candidate has no room for (${HONEST}|${HONEST + 1}) ${kind}$`)),
      },
    ]);
    expect(full).toEqual([{ function: FN, what: [kind] }]);
    expect(found(kind, honest, (await createFleet(store).candidate(FN))!)).toEqual(honest);
  });

  it.each(KINDS)('comes after what others hand in at the same time: %s', async (kind) => {
    for (const [honestSlot, other] of [
      [0, 9],
      [9, 0],
    ]) {
      const { store } = memory();
      const honest = honestNames(kind);
      await store.put(slotKey(FN, honestSlot!), slotOf(kind, honest), null);
      await store.put(slotKey(FN, other!), slotOf(kind, byStrength(kind).slice(0, 1_000)), null);
      const { leftOut } = await createFleet(store).aggregate();
      expect(leftOut.map(({ slot }) => slot)).toEqual([`${other}`]);
      expect(found(kind, honest, (await createFleet(store).candidate(FN))!)).toEqual(honest);
    }
  });
});

describe('a slot that tells of names it had no room for', () => {
  it('takes no names of others away, nor what followed what', async () => {
    const { store } = memory();
    const first = 'AAAAAA';
    const cut = { versions: first, accounts: first, egress: first, unreached: first, several: first, steps: first };
    const action = { regions: first, credentials: first, resources: first, fruitless: first, errors: first };
    const put = (at: number, baseline: object) =>
      store.put(
        slotKey(FN, at),
        gzipSync(JSON.stringify({ format: FORMAT, functions: { [FN]: baseline }, origins: {}, deployments: {} })),
        null,
      );
    const told = {
      versions: { 7: 1 },
      accounts: { 111122223333: 1 },
      egress: { 'api.example.com:443': {} },
      unreached: { 'x.example.com:443': 1 },
      several: { CONNECT: '*' },
      actions: {
        's3:GetObject': {
          regions: { 'eu-west-1': 1 },
          credentials: { own: 1 },
          errors: { NoSuchKey: 1 },
          resources: { 'arn:aws:s3:::photos/cat': 1 },
          fruitless: { 'arn:aws:s3:::secret/x': 1 },
        },
      },
      order: { steps: ['a', 'b'], follows: { start: { 0: '*' }, 0: { 1: '*' } } },
    };
    await put(0, told);
    await createFleet(store).aggregate();
    const before = await createFleet(store).candidate(FN);
    await put(1, {
      cut,
      actions: { 's3:GetObject': { cut: action } },
      order: { steps: ['a'], follows: { start: { '*': '*' }, 0: { '*': '*' } } },
    });
    await createFleet(store).aggregate();
    const { functions } = (await createFleet(store).candidate(FN))!;
    expect(functions).toEqual(before!.functions);
    expect(Object.keys(functions[FN]!.egress)).toEqual(['api.example.com:443']);
    expect(functions[FN]!.order.follows).toEqual({ 0: { 1: '*' }, again: {}, start: { 0: '*' } });
  });
});

describe('a candidate that is larger than a document may be', () => {
  const words = (prefix: string, count: number) => Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
  const heavy = (prefix: string, at: number) => [
    `${prefix}:A${at}`,
    { resources: named(words(`${prefix}${at}-${'x'.repeat(60)}`, 120).map(table), 1) },
  ];

  it('keeps what it holds, though a document that is pulled has no room for all', async () => {
    const { store } = memory();
    const put = (at: number, prefix: string, count: number) =>
      store.put(
        slotKey(FN, at),
        gzipSync(
          JSON.stringify({
            format: FORMAT,
            functions: {
              [FN]: { actions: Object.fromEntries(Array.from({ length: count }, (_, n) => heavy(prefix, n))) },
            },
          }),
        ),
        null,
      );
    await put(0, 'honest', 10);
    await createFleet(store).aggregate();
    await put(1, 'invented', 60);
    expect((await createFleet(store).aggregate()).leftOut).toEqual([]);
    const { learned } = await readCandidate(store, FN, true);
    for (let at = 0; at < 10; at++)
      expect(learned!.model.actions.peek(`honest:A${at}`)!.resources.heads.size).toBe(120);
    const pulled = JSON.stringify((await createFleet(store).candidate(FN))!.functions);
    expect(pulled.length).toBeLessThanOrEqual(256 * 1024);
  });
});

describe('an environment', () => {
  const handIn = (environment: string) => {
    const learner = createLearner();
    for (const key of ['in/1.jpg', 'in/2.jpg'])
      learner.observe(get(key, { function: FN, invocation: `${environment} ${key}` }));
    return { function: FN, environment, version: '7', aliases: ['live'], learned: learner.document(), last: true };
  };
  const actionsOf = (document: LearnedDocument | null) => Object.keys(document?.functions[FN]?.actions ?? {});
  const invented = byStrength('actions').slice(0, 200);

  it.each([
    ['one slot', [3]],
    ['all slots', Array.from({ length: 16 }, (_, at) => at)],
  ])('is heard where somebody has filled %s with invented names', async (_, filled) => {
    const { store } = memory();
    for (const at of filled) await store.put(slotKey(FN, at), slotOf('actions', invented), null);
    for (const name of ['e1', 'e2', 'e3', 'e4', 'e5'])
      expect(await createFleet(store).contribute(handIn(name))).toBe('written');
    await createFleet(store).aggregate();
    expect(actionsOf(await createFleet(store).candidate(FN))).toContain('s3:GetObject');
  });

  it('writes nothing where the candidate has no room for what is new', async () => {
    const { store, requests } = memory();
    await store.put(slotKey(FN, 0), slotOf('actions', invented), null);
    await createFleet(store).aggregate();
    // All of it stands there but the action.
    await createFleet(store).contribute(handIn('e1'));
    await createFleet(store).aggregate();
    requests.length = 0;
    expect(await createFleet(store).contribute({ ...handIn('e1'), last: false })).toBe('known');
    expect(requests).toEqual([`get candidate#${FN}`]);
    expect(actionsOf(await createFleet(store).candidate(FN))).not.toContain('s3:GetObject');
  });
});

describe('what comes in', () => {
  it('is all that was handed in, as long as there is room for all', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const slots = parts(calls, 3).map((own, at): Learned => {
          const learner = createLearner();
          for (const one of own) learner.observe(one);
          const entry = learner.document().functions[FN];
          const model = entry === undefined ? new FunctionModel() : FunctionModel.from(entry);
          return {
            model,
            origins: originsOf(model, { environment: `e${at}`, version: '1' }),
            deployments: new Deployments(),
          };
        });
        const text = (learned: Learned) => JSON.stringify(learnedDocument(FN, learned));
        const fetched = slots.slice(1).map((one, at) => ({ slot: `${at}`, bytes: pack(FN, one, null)! }));
        const { learned, leftOut, filled } = handedIn(FN, slots[0]!, fetched, () => 0);
        expect([leftOut, filled]).toEqual([[], []]);
        expect(text(joinLearned([slots[0]!, learned!]))).toBe(text(joinLearned(slots)));
      }),
    );
  });

  it('widens a place that was learned name by name, and what stood there stays covered', async () => {
    const { store } = memory();
    const resources = (words: readonly string[]) =>
      gzipSync(
        JSON.stringify({
          format: FORMAT,
          functions: {
            [FN]: ofAction({
              resources: named(
                words.map((word) => `arn:aws:s3:::b/${word}/x`),
                1,
              ),
            }),
          },
        }),
      );
    const word = (at: number) => String.fromCharCode(97 + (at % 26), 97 + (Math.floor(at / 26) % 26), 97, 98, 99);
    const honest = ['photos', 'thumbs', 'reports'];
    await store.put(slotKey(FN, 0), resources(honest), null);
    await createFleet(store).aggregate();
    await store.put(slotKey(FN, 1), resources(Array.from({ length: 60 }, (_, at) => word(at))), null);
    await createFleet(store).aggregate();
    const { model } = learnedOf(FN, (await createFleet(store).candidate(FN))!);
    const { root } = model.actions.peek('s3:GetObject')!.resources.heads.get('arn:aws:s3:::b/')!;
    for (const name of honest) expect(covers(root, [name, 'x'])).toBe(true);
  });

  it('keeps what is known of where things come from', () => {
    const learned = (prefix: string, count: number): Learned => {
      const origins = newOrigins();
      for (let at = 0; at < count; at++) origins.get(`${prefix}${at}`)!.join(new Origin());
      return { model: new FunctionModel(), origins, deployments: new Deployments() };
    };
    const known = learned('known', 50);
    const { origins } = fitting(known, learned('new', 20_000));
    expect(origins.size).toBe(20_000 - 1 - 50);
  });
});

/** A slot as it is read. */
function slotLearned(bytes: Buffer): Learned {
  return handedIn(FN, null, [{ slot: '0', bytes }], () => 0).learned!;
}
