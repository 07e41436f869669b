import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT } from '../../../baseline/model/document.ts';
import { diffBaselines } from '../../../baseline/review/diff.ts';
import { createFleet } from '../../../baseline/store/fleet.ts';
import { folderStore } from '../../../baseline/store/folder.ts';
import { withNovelty } from '../../../baseline/store/novelty.ts';
import { get } from '../calls.ts';

const MINUTE = 60_000;
const DAY = Date.UTC(2026, 10, 25);
const USUAL = [3, 5, 7, 12, 15];
const at = (hour: number, minute = 0) => DAY + (hour * 60 + minute) * MINUTE;

describe('what is handed in within sixty minutes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-novelty-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let stores = 0;

  /** What is told of a thing that environments, each another, handed in at these times, beside what the function does all day. */
  async function told(usual: readonly number[], ...times: number[]): Promise<string | null> {
    const store = folderStore(join(folder, `${++stores}/`));
    const all = [
      ...usual.map((hour) => ({ time: at(hour), key: 'usual.jpg' })),
      ...times.map((time) => ({ time, key: 'stolen.csv' })),
    ].sort((a, b) => a.time - b.time);
    for (const [i, { time, key }] of all.entries()) {
      const fleet = createFleet(store, () => time);
      const learner = createLearner();
      learner.observe(get(`photos/${key}`, { function: 'resize', invocation: `i${i}` }));
      const who = { function: 'resize', environment: `e${i}`, version: '7', aliases: [] };
      await fleet.contribute({ ...who, learned: learner.document(), last: true });
      await fleet.aggregate();
    }
    const candidate = (await createFleet(store).candidate('resize'))!;
    const changes = withNovelty(diffBaselines({ format: FORMAT, functions: {} }, candidate), candidate, candidate);
    return changes.find(({ value }) => value.endsWith('stolen.csv'))!.novelty!.standsOut;
  }

  it('stands out, whether the clock strikes in between or not', async () => {
    const three = [at(8, 50), at(8, 55), at(8, 59)];
    expect(await told(USUAL, ...three)).toBe('handed in within one hour (2026-11-25 08h)');
    expect(await told(USUAL, at(8, 55), at(9, 5), at(9, 10))).toBe(
      'handed in within two hours (2026-11-25 08h and 2026-11-25 09h)',
    );
    expect(await told(USUAL, at(23, 55), at(24, 5), at(24, 10))).toBe(
      'handed in within two hours (2026-11-25 23h and 2026-11-26 00h)',
    );
  });

  it('is none where it goes on', async () => {
    expect(await told(USUAL, at(8, 55), at(9, 5), at(10, 10))).toBeNull();
    expect(await told(USUAL, at(8, 55), at(11, 5), at(11, 10))).toBeNull();
  });

  it('is none where all that is known of the function came then', async () => {
    expect(await told([8, 9], at(8, 55), at(9, 5), at(9, 10))).toBeNull();
  });
});
