import { describe, expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT } from '../../../baseline/model/document.ts';
import { diffBaselines } from '../../../baseline/review/diff.ts';
import { withNovelty } from '../../../baseline/store/novelty.ts';
import { showChanges } from '../../../cli/baseline/changes.ts';
import { showBaseline } from '../../../cli/baseline/show.ts';
import { styleFor } from '../../../cli/style.ts';
import { get, put } from '../../baseline/calls.ts';

/** Every night the same eight files of the day; on ten nights something was put that came once each. */
function nights() {
  const learner = createLearner();
  for (let n = 0; n < 40; n++) {
    const time = new Date(Date.UTC(2026, 0, 5 + n, 2)).toISOString();
    const given = { time, invocation: `night-${n}` };
    for (let batch = 0; batch < 8; batch++)
      learner.observe(get(`ledger/in/${time.slice(0, 10)}/batch-${batch}.csv`, given));
    if (n < 10) learner.observe(put(`loot/x${n}`, given));
  }
  return learner.document();
}

const document = nights();
const plain = styleFor({ isTTY: false } as NodeJS.WriteStream);
const changes = withNovelty(diffBaselines({ format: FORMAT, functions: {} }, document), document, document);
const shown = showBaseline(document, plain, 200);
const told = showChanges(changes, plain, 200);
const passes = (call: ReturnType<typeof get>) =>
  createJudge(document.functions.resize!)
    .before(call)
    .every(({ kind }) => kind !== 'scope');

describe('names of which the sensor lets any other through', () => {
  it('are one line, which says so, to show as to approve and diff', () => {
    expect(passes(put('loot/x12345'))).toBe(true);
    const line = 'arn:aws:s3:::loot/x* (10 seen; any other of the kind passes, too)';
    expect(shown.replaceAll('  (', ' (')).toContain(`      ${line}\n`);
    expect(told).toContain(`+ s3:PutObject on ${line}\n`);
    expect(told).not.toContain('loot/x3');
  });

  it('stand out where each of them does', () => {
    expect(told).toMatch(
      /loot\/x\* \(.*\)\n {4}! 10 of these 10 stand out: seen in one invocation .*, and others alike\n/,
    );
  });

  it('are named to machines one by one, each with its kind', () => {
    const kinds = changes.filter(({ value }) => value.includes('loot/x')).map(({ kind }) => kind);
    expect(kinds).toEqual(Array.from({ length: 10 }, () => 'arn:aws:s3:::loot/x*'));
  });
});

describe('names of which it knows the next of their like, and lets no other through', () => {
  it('are told one by one', () => {
    expect(passes(get('ledger/in/2026-02-20/batch-7.csv'))).toBe(true);
    for (const name of ['batch-8', 'batch-9', 'batch-977'])
      expect(passes(get(`ledger/in/2026-02-20/${name}.csv`))).toBe(false);
    for (const text of [shown, told])
      for (let batch = 0; batch < 8; batch++)
        expect(text).toContain(`arn:aws:s3:::ledger/in/{date}/batch-${batch}.csv\n`);
    expect(shown).not.toContain('batch-*');
  });
});
