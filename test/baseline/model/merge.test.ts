import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../../baseline/model/document.ts';
import { mergeBaselines } from '../../../baseline/model/merge.ts';
import { parseBaseline } from '../../../baseline/model/read.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { anyCalls, parts } from '../arbitrary.ts';
import { arn, aws, connect, get, resized, uuid } from '../calls.ts';

const learn = (calls: readonly Call[]): BaselineDocument => {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return learner.document();
};

const text = serializeBaseline;
const TABLE_ACTIONS = ['GetItem', 'PutItem', 'Query'];

/** Names without digits: words, as far as anybody can tell. */
const word = (n: number): string =>
  String((n * 2654435761) % 11_881_376).replace(/\d/g, (d) => 'abcdefghij'[Number(d)]!);
const merged = (...documents: BaselineDocument[]) => text(mergeBaselines(documents));

describe('baselines merge', () => {
  it('in any order and grouping, with one result', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const [a, b, c] = parts(calls, 3).map(learn) as [BaselineDocument, BaselineDocument, BaselineDocument];
        const all = merged(a, b, c);
        expect(merged(c, a, b)).toBe(all);
        expect(merged(mergeBaselines([a, b]), c)).toBe(all);
        expect(merged(a, mergeBaselines([b, c]))).toBe(all);
      }),
    );
  });

  it('to what keeps no habit where one of them does not say whether it is one', () => {
    const whole = learn(Array.from({ length: 90 }, (_, n) => resized('sea', `run-${n}`)).flat());
    const { repeats, several, ages, ...before } = whole.functions.resize!;
    expect(Object.keys(repeats!)).not.toEqual([]);
    const older: BaselineDocument = { ...whole, functions: { resize: before } };
    for (const documents of [
      [whole, older],
      [older, whole],
      [older, mergeBaselines([older, whole])],
    ]) {
      const { resize } = mergeBaselines(documents).functions;
      expect([resize!.repeats, resize!.several, resize!.ages]).toEqual([undefined, undefined, undefined]);
    }
    // None is not the same as not to know
    const other = learn([connect('example.org:443', { invocation: 'other' })]);
    expect(other.functions.resize!.repeats).toEqual({});
    expect(mergeBaselines([whole, other]).functions.resize!.repeats).toEqual(repeats);
  });

  it('any number of times', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const [a, b] = parts(calls, 2).map(learn) as [BaselineDocument, BaselineDocument];
        const once = merged(a, b);
        expect(merged(a, b, b, a, mergeBaselines([a, b]))).toBe(once);
        expect(merged(a)).toBe(text(a));
      }),
    );
  });

  it('to what one learner would have made of all calls', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const pieces = parts(calls, 4);
        expect(merged(...pieces.map(learn))).toBe(text(learn(pieces.flat())));
      }),
    );
  });

  it('also where a service was too busy to answer at first', () => {
    const busy = get('data/a', { invocation: 'inv-1', bytesOut: 900, status: 503, errorCode: 'SlowDown' });
    const document = learn([busy, get('data/a', { invocation: 'inv-1', bytesOut: 400 })]);
    expect(document.functions.resize!.actions['s3:GetObject']!.size).toMatchObject({
      calls: [1],
      bytesOut: [900, 400],
      bytesOutPerInvocation: [400],
    });
    expect(merged(document)).toBe(text(document));
  });

  it('as deltas of a learner that goes on, to all that it knows', () => {
    fc.assert(
      fc.property(anyCalls, fc.nat(200), (calls, cut) => {
        const learner = createLearner();
        const deltas: BaselineDocument[] = [];
        const take = () => {
          const delta = learner.takeDelta();
          if (delta !== null) deltas.push(delta);
        };
        for (const [i, one] of parts(calls, 1)[0]!.entries()) {
          learner.observe(one);
          if (i === cut) take();
        }
        take();
        const { functions } = mergeBaselines(deltas);
        const whole = learner.document();
        expect(Object.keys(functions)).toEqual(Object.keys(whole.functions));
        // Of an invocation that was open a delta has the sums of that time, besides those of the whole
        const both = mergeBaselines([...deltas, whole]).functions;
        expect(both.resize?.actions).toEqual(functions.resize?.actions);
      }),
    );
  });
});

describe('a document', () => {
  it('reads back as it was written', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const document = learn(calls);
        expect(parseBaseline(text(document), 'b.json')).toEqual(document);
      }),
    );
  });

  it('is the same whatever the order of the invocations', () => {
    fc.assert(
      fc.property(anyCalls, (calls) => {
        const pieces = parts(calls, 5);
        expect(text(learn(pieces.flat()))).toBe(text(learn(pieces.reverse().flat())));
      }),
    );
  });

  it.each<[string, (n: number) => Call]>([
    [
      'keys of every form in four hundred buckets',
      (n) => get(`b${n % 400}/${uuid(n)}/${n}/x${n % 77}/y${n % 1001}.z${n % 91}`),
    ],
    [
      'folders below folders below folders',
      (n) => get(`b${n % 4}/${word(n % 40)}/${word((n * 7) % 41)}/${word((n * 13) % 43)}.jpg`),
    ],
    [
      'three actions on five hundred tables',
      (n) => aws('dynamodb', TABLE_ACTIONS[n % 3]!, arn('dynamodb', `table/t-${n % 500}`)),
    ],
    ['four hundred actions', (n) => aws('ec2', `Describe${word(n % 400)}`, '*')],
    ['ever new hosts', (n) => connect(`${word(n)}.example.com:443`)],
  ])('of %s stays below 256 KiB', (_, make) => {
    const calls = Array.from({ length: 15_000 }, (_, n) => ({ ...make(n), invocation: `i${n >> 2}` }));
    expect(text(learn(calls)).length).toBeLessThan(256 * 1024);
  });

  it('of an ordinary function is at most 16 KiB, a delta of one invocation 2 KiB', () => {
    const all = Array.from({ length: 1000 }, (_, n) => resized(uuid(n), `inv-${n}`)).flat();
    expect(text(learn(all)).length).toBeLessThan(16 * 1024);
    expect(JSON.stringify(learn(resized('a', 'inv-1'))).length).toBeLessThan(2.5 * 1024);
  });
});
