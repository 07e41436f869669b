import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FunctionModel } from '../../../baseline/model/function-model.ts';
import { Deployments } from '../../../baseline/store/deployments.ts';
import { Few } from '../../../baseline/store/few.ts';
import { joinLearned, type Learned, learnedDocument, pack, split, unpack } from '../../../baseline/store/learned.ts';
import { originsOf } from '../../../baseline/store/origins.ts';
import { anyCalls, parts } from '../arbitrary.ts';
import { arn, aws } from '../calls.ts';

const FN = 'resize';

/** What some environments learned, each from a part of the calls. */
const several = (count: number) =>
  fc.tuple(anyCalls, fc.array(fc.nat(9), { minLength: count, maxLength: count })).map(([calls, names]) =>
    parts(calls, count).map((own, at): Learned => {
      const learner = createLearner();
      for (const one of own) learner.observe(one);
      const entry = learner.document().functions[FN];
      const model = entry === undefined ? new FunctionModel() : FunctionModel.from(entry);
      const version = `${names[at]! % 3}`;
      const deployments = new Deployments();
      deployments.add(`alias-${names[at]! % 2}`, version, 400_000 + names[at]!, 400_010 + names[at]!);
      const origins = originsOf(model, { environment: `e${names[at]}`, version });
      for (const [, origin] of origins.entries()) origin.hours.add(`h${names[at]}`);
      return { model, origins, deployments };
    }),
  );

const text = (learned: Learned): string => JSON.stringify(learnedDocument(FN, learned));
const joined = (...all: Learned[]): string => text(joinLearned(all));

describe('what environments hand in joins', () => {
  it('in any order and grouping', () => {
    fc.assert(
      fc.property(several(3), ([a, b, c]) => {
        const whole = joined(a!, b!, c!);
        expect(joined(c!, a!, b!)).toBe(whole);
        expect(joined(joinLearned([a!, b!]), c!)).toBe(whole);
        expect(joined(a!, joinLearned([b!, c!]))).toBe(whole);
      }),
    );
  });

  it('any number of times', () => {
    fc.assert(
      fc.property(several(2), ([a, b]) => {
        const once = joined(a!, b!);
        expect(joined(a!, b!, b!, a!)).toBe(once);
        expect(joined(joinLearned([a!, b!]), a!)).toBe(once);
      }),
    );
  });

  it('to something that holds each of them: joining a part again changes nothing', () => {
    fc.assert(
      fc.property(several(4), (all) => {
        const whole = joinLearned(all);
        for (const one of all) expect(joined(whole, one)).toBe(text(whole));
        for (const [key, origin] of whole.origins.entries())
          for (const one of all) expect(origin.covers(one.origins.peek(key) ?? origin)).toBe(true);
      }),
    );
  });

  it('the same after it was written and read', () => {
    fc.assert(
      fc.property(several(2), ([a, b]) => {
        const stored = (one: Learned) => unpack(pack(FN, one, null)!, FN, 'x').learned!;
        expect(joined(stored(a!), stored(b!))).toBe(joined(a!, b!));
      }),
    );
  });
});

describe('what is too large for one value', () => {
  it('is split into parts that join to the whole, also where only some were written since', () => {
    fc.assert(
      fc.property(several(1), fc.constantFrom(2, 4, 8, 16), ([learned], count) => {
        const values = split(FN, learned!, count, null)!;
        expect(values).toHaveLength(count);
        const back = values.map((bytes) => unpack(bytes, FN, 'x').learned!);
        expect(text(joinLearned(back))).toBe(text(learned!));
        // After growing from half as many parts, the old ones hold all that the new lower ones do.
        const half = count === 2 ? [pack(FN, learned!, null)!] : split(FN, learned!, count / 2, null)!;
        const mixed = values.map(
          (bytes, at) => unpack(at > 0 && at < half.length ? half[at]! : bytes, FN, 'x').learned!,
        );
        expect(text(joinLearned(mixed))).toBe(text(learned!));
      }),
      { numRuns: 40 },
    );
  });

  it('takes as few parts as fit', () => {
    const learner = createLearner();
    for (let n = 0; n < 800; n++) learner.observe(rich(n));
    const learned = one(learner.document().functions[FN]!);
    const whole = pack(FN, learned, null)!.length;
    const largest = Math.ceil(whole / 2);
    const values = split(FN, learned, 1, largest)!;
    expect(values.length).toBeGreaterThan(1);
    for (const value of values) expect(value.length).toBeLessThanOrEqual(largest);
    expect(text(joinLearned(values.map((bytes) => unpack(bytes, FN, 'x').learned!)))).toBe(text(learned));
    expect(split(FN, learned, 1, 100)).toBeNull();
  });
});

describe('a few members of a set', () => {
  it('join in any order, and are many once there were too many', () => {
    const few = fc.array(fc.stringMatching(/^[a-z0-9]{1,3}$/), { maxLength: 6 }).map((members) => {
      const one = new Few(3);
      for (const member of members) one.add(member);
      return one;
    });
    const of = (...all: Few[]) => {
      const sum = new Few(3);
      for (const one of all) sum.join(one);
      return sum.toText();
    };
    fc.assert(
      fc.property(few, few, few, (a, b, c) => {
        expect(of(a, b, c)).toBe(of(c, b, a, a));
        expect(Few.read(a.toText(), 3).toText()).toBe(a.toText());
        expect(of(a, b) === b.toText()).toBe(b.covers(a));
      }),
    );
  });
});

describe('a document of an older version', () => {
  it.each([
    ['without days', (json: string) => json.replaceAll(/,\["2026[^\]]*\]/g, '')],
    ['without company', (json: string) => json.replaceAll(/,"several":\{[^}]*\}/g, '')],
    ['without a word of where things come from', (json: string) => json.replace(/,"origins":.*/, '}')],
  ])('%s joins with a newer one', async (_, older) => {
    const { gzipSync } = await import('node:zlib');
    const [a, b] = fc.sample(several(2), { numRuns: 1, seed: 7 })[0]! as [Learned, Learned];
    const old = unpack(gzipSync(older(text(a))), FN, 'x').learned!;
    const whole = joinLearned([old, b]);
    expect([...whole.model.actions.sorted().map(([name]) => name)]).toEqual(
      joinLearned([a, b])
        .model.actions.sorted()
        .map(([name]) => name),
    );
    expect(joined(whole, old)).toBe(text(whole));
  });
});

const one = (entry: Parameters<typeof FunctionModel.from>[0]): Learned => {
  const model = FunctionModel.from(entry);
  return { model, origins: originsOf(model, { environment: 'e', version: '1' }), deployments: new Deployments() };
};

const rich = (n: number) =>
  aws('dynamodb', `Op${n % 80}`, arn('dynamodb', `table/T${n % 97}`), { invocation: `i${Math.floor(n / 40)}` });
