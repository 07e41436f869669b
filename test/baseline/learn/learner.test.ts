import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { mergeBaselines } from '../../../baseline/model/merge.ts';
import { anyCall } from '../arbitrary.ts';
import { aws, get } from '../calls.ts';

/** Invocations that overlap, so that some are open whenever somebody asks. */
const calls: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    anyCall,
    fc.tuple(fc.nat(5), fc.nat(5_000_000), fc.nat(3)).map(([invocation, bytesIn, table]) =>
      aws('dynamodb', 'Scan', `arn:aws:dynamodb:eu-west-1:111122223333:table/t${table}`, {
        invocation: `inv-${invocation}`,
        bytesIn,
      }),
    ),
  ),
  { minLength: 1, maxLength: 80 },
);

describe('what was learned', () => {
  it('is the same whether or not somebody asked for it, or took it, in the middle', () => {
    fc.assert(
      fc.property(calls, fc.array(fc.nat(80)), fc.array(fc.nat(80)), (all, asked, taken) => {
        const alone = createLearner();
        const watched = createLearner();
        for (const [i, one] of all.entries()) {
          alone.observe(one);
          watched.observe(one);
          if (asked.includes(i)) watched.document();
          if (taken.includes(i)) watched.takeDelta();
        }
        expect(watched.document()).toEqual(alone.document());
      }),
      { numRuns: 150 },
    );
  });

  it('of an invocation that is open is told as it is, and as a whole when it is over', () => {
    const learner = createLearner();
    const sums = () => learner.document().functions.f!.actions['s3:GetObject']!.size.bytesInPerInvocation;
    const read = (bytesIn: number) => learner.observe(get('photos/a.jpg', { function: 'f', invocation: '1', bytesIn }));
    read(100);
    read(100);
    expect(sums()).toEqual([200]);
    read(100);
    expect(sums()).toEqual([300]);
  });

  it('is what it is when it is merged again: a folder whose names had too many shapes and one that had few became one place', () => {
    const learner = createLearner();
    const read = (folder: number, word: number) =>
      learner.observe(get(`kb/customer-${folder}/docs/${String.fromCharCode(97 + word).repeat(3)}-${word}.pdf`));
    for (let word = 0; word < 26; word++) read(0, word);
    for (let folder = 1; folder <= 12; folder++) read(folder, folder);
    const learned = learner.takeDelta()!;
    expect(mergeBaselines([learned])).toEqual(learned);
  });
});
