import { describe, expect, it } from 'vitest';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { createFleet, type HandIn } from '../../baseline/store/fleet.ts';
import { arn, aws, get } from '../baseline/calls.ts';
import { memory } from '../baseline/store/memory.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 10, 25, 12);

function learned(...keys: string[]): BaselineDocument {
  const learner = createLearner();
  for (const key of keys)
    learner.observe(get(key, { function: 'resize', invocation: `i-${key}`, time: '2026-01-05T08:00:00.000Z' }));
  return learner.document();
}

const handIn = (environment: string, document: BaselineDocument, given: Partial<HandIn> = {}): HandIn => ({
  function: 'resize',
  environment,
  version: '7',
  aliases: [],
  learned: document,
  last: true,
  ...given,
});

/** Actions and tables without end, few of them alike. */
const rich = (seed: number): BaselineDocument => {
  const learner = createLearner();
  for (let n = 0; n < 60; n++)
    learner.observe(
      aws('dynamodb', `Op${n % 12}`, arn('dynamodb', `table/T${seed}-${n % 7}`), {
        function: 'resize',
        invocation: `i${n % 15}`,
        time: '2026-01-05T08:00:00.000Z',
      }),
    );
  return learner.document();
};

describe('an environment', () => {
  it('reads what is known once, and writes nothing where nothing is new', async () => {
    const { store, requests } = memory();
    const at = { now: NOON };
    const clock = () => at.now;
    for (let hour = 0; hour < 5; hour++) {
      for (let e = 0; e < 6; e++)
        await createFleet(store, clock).contribute(handIn(`e${hour}-${e}`, learned('in/1.jpg', 'in/2.jpg')));
      await createFleet(store, clock).aggregate();
      at.now += HOUR;
    }
    requests.length = 0;
    const fleet = createFleet(store, clock);
    expect(await fleet.contribute(handIn('late', learned('in/1.jpg')))).toBe('known');
    expect(await fleet.contribute(handIn('late', learned('in/2.jpg')))).toBe('known');
    expect(requests).toEqual(['get candidate#resize']);
  });

  it('keeps numbers for its end, but what was never seen it hands in at once', async () => {
    const { store } = memory();
    const clock = () => NOON;
    await createFleet(store, clock).contribute(handIn('e1', learned('in/1.jpg')));
    await createFleet(store, clock).aggregate();
    const fleet = createFleet(store, clock);
    const more = learned('in/1.jpg');
    const larger = JSON.parse(JSON.stringify(more).replaceAll('20000', '30000')) as BaselineDocument;
    expect(await fleet.contribute(handIn('e1', larger, { last: false }))).toBe('later');
    expect(await fleet.contribute(handIn('e1', learned('out/1.jpg'), { last: false }))).toBe('written');
    expect(await fleet.contribute(handIn('e1', larger))).toBe('written');
  });

  it('leaves what its slot cannot hold to the next slots, and says so when all are full', async () => {
    const { store, values } = memory(1_200);
    const fleet = createFleet(store, () => NOON);
    let refused: unknown = null;
    for (let seed = 0; seed < 60 && refused === null; seed++)
      await fleet.contribute(handIn('e1', rich(seed))).catch((error: unknown) => (refused = error));
    expect(values.size).toBe(16);
    expect(String(refused)).toContain('takes no more of the function resize until it is aggregated (slots full)');
  }, 120_000);
});

describe('the aggregation', () => {
  it('spreads a candidate over as many values as it takes, and loses nothing wherever it is cut off', async () => {
    const documents = Array.from({ length: 4 }, (_, seed) => rich(seed));
    const whole = mergeBaselines(documents).functions;
    for (const cut of [1, 3, 6, 8, 10, 13, 17]) {
      const { store, values, cutAfter } = memory(1_800);
      const fleet = createFleet(store, () => NOON);
      for (const [at, document] of documents.entries()) {
        await fleet.contribute(handIn(`e${at}`, document));
        cutAfter(cut);
        await createFleet(store, () => NOON)
          .aggregate()
          .catch(() => undefined);
        cutAfter(Number.POSITIVE_INFINITY);
      }
      expect((await createFleet(store, () => NOON).aggregate()).failed).toEqual([]);
      expect((await fleet.candidate('resize'))!.functions, `cut off after ${cut} requests`).toEqual(whole);
      expect([...values.keys()].filter((key) => key.startsWith('candidate')).length).toBeGreaterThan(1);
    }
  }, 120_000);

  it('leaves out the largest slots where the candidate would be larger than its store takes, and goes on learning', async () => {
    const { store, values } = memory(1_800);
    await createFleet(store).contribute(handIn('e0', learned('in/1.jpg')));
    expect((await createFleet(store).aggregate()).changed).toEqual(['resize']);
    const large: string[] = [];
    // Until nothing more fits: each slot by itself is below the limit of one value.
    for (let seed = 0; !large.some((reason) => reason.includes('larger')) && seed < 60; seed += 3) {
      for (let at = 0; at < 3; at++) await createFleet(store).contribute(handIn(`e${seed + at}`, rich(seed + at)));
      await createFleet(store).contribute(handIn('small', learned(`in/${seed}.jpg`, `${seed}/x.jpg`)));
      const { failed, leftOut } = await createFleet(store).aggregate();
      expect(failed).toEqual([]);
      large.push(...leftOut.map(({ reason }) => reason));
    }
    expect(large).toContain('the candidate would be larger than its store takes');
    expect([...values.keys()].filter((key) => key.startsWith('learned'))).toEqual([]);
    const known = (await createFleet(store).candidate('resize'))!.functions.resize!;
    expect(Object.keys(known.actions)).toContain('s3:GetObject');
  }, 120_000);

  it('makes no new hour of a run that is repeated later', async () => {
    const { store, cutAfter } = memory();
    await createFleet(store, () => NOON).contribute(handIn('e1', learned('in/1.jpg')));
    // Cut off after the candidate was written, before the slot was emptied.
    cutAfter(3);
    await createFleet(store, () => NOON).aggregate();
    cutAfter(Number.POSITIVE_INFINITY);
    const before = await createFleet(store).candidate('resize');
    expect(before).not.toBeNull();
    expect(await createFleet(store, () => NOON + 5 * HOUR).aggregate()).toEqual({
      changed: [],
      failed: [],
      leftOut: [],
      full: [],
    });
    expect(await createFleet(store).candidate('resize')).toEqual(before);
  });

  it('is not stopped for others by a function whose candidate is broken, and says whose it is', async () => {
    const { store } = memory();
    await store.put({ kind: 'candidate', function: 'broken', part: null }, Buffer.from('nonsense'), null);
    for (const name of ['broken', 'resize']) {
      const document = { ...learned('in/1.jpg'), functions: { [name]: learned('in/1.jpg').functions.resize! } };
      const slot: HandIn = { ...handIn('e1', document), function: name };
      await createFleet(store)
        .contribute(slot)
        .catch(() => undefined);
    }
    const fleet = createFleet(store);
    const { gzipSync } = await import('node:zlib');
    await store.put(
      { kind: 'learned', function: 'broken', part: '3' },
      gzipSync(JSON.stringify({ format: 'rolefence.baseline/1', functions: { broken: {} } })),
      null,
    );
    const { changed, failed } = await fleet.aggregate();
    expect(changed).toEqual(['resize']);
    expect(failed).toEqual([
      { function: 'broken', reason: expect.stringContaining('no compressed baseline document') },
    ]);
  });

  it('takes no word of the hour from who hands in', async () => {
    const { store } = memory();
    const { gzipSync } = await import('node:zlib');
    const document = learned('in/1.jpg');
    const origins = { '["action","s3:GetObject","s3:GetObject"]': '*|*|*', '["function",null,""]': '*|*|*' };
    const forged = gzipSync(JSON.stringify({ ...document, origins: { resize: origins } }));
    await store.put({ kind: 'learned', function: 'resize', part: '0' }, forged, null);
    await createFleet(store, () => NOON).aggregate();
    const told = (await createFleet(store).candidate('resize'))!.origins.resize!;
    const hour = Math.floor(NOON / HOUR).toString(36);
    expect(told['["action","s3:GetObject","s3:GetObject"]']).toBe(`*|*|${hour}`);
  });
});
