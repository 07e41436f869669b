import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { FunctionLearner } from '../../../baseline/learn/function-learner.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT, type FunctionBaseline } from '../../../baseline/model/document.ts';
import { FunctionModel } from '../../../baseline/model/function-model.ts';
import { mergeBaselines } from '../../../baseline/model/merge.ts';
import { parseBaseline } from '../../../baseline/model/read.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { coverage, coverageSentence } from '../../../baseline/review/coverage.ts';
import { anyCalls, parts } from '../arbitrary.ts';
import { arn, aws, call, connect, get } from '../calls.ts';

const learn = (calls: Iterable<Call>): FunctionBaseline => {
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  return learner.document().functions.resize ?? new FunctionModel().toBaseline();
};

/** A generator of numbers below `n`, the same for the same seed. */
const dice = (seed: number) => {
  let state = seed * 2654435761 + 1;
  return (n: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) | 0;
    return ((state ^ (state >>> 13)) >>> 0) % n;
  };
};
type Dice = ReturnType<typeof dice>;

const letters = (n: number, length: number): string =>
  Array.from({ length }, (_, at) => String.fromCharCode(97 + (((n >> (at % 7)) + at * (n % 25)) % 26))).join('');

/** Names of every kind that learning tells apart, and of every length. */
const NAMES: readonly ((of: Dice, many: number) => string)[] = [
  (of, many) => letters(of(many), 6),
  (of, many) => `tenant-${letters(of(many), 4)}`,
  (of, many) => `a${of(many)}`,
  (of, many) => `${letters(of(30), 3)}-${of(many)}.${letters(of(30), 3)}`,
  (of, many) => `${of(many).toString(16).padStart(2, '0')}`,
  (of, many) => `2026-0${1 + of(9)}-1${of(many % 10 || 1)}`,
  (of, many) => letters(of(many), 1 + of(90)),
  (of, many) => `é"\\${letters(of(many), 20)}`,
  (of, many) => of(2 ** 31).toString(16) + of(many).toString(16),
  (of, many) => `${letters(of(many), 300)}`,
];

/** A function drawn to be large: how many of each thing it has is drawn too, so that each thing is the one that is too many in some. */
function* rich(seed: number, calls: number): Generator<Call> {
  const of = dice(seed);
  const many = () => [1, 3, 12, 50, 200, 600][of(6)]!;
  const [actions, tables, buckets, hosts, regions, keys, errors] = Array.from({ length: 7 }, many) as number[];
  const depth = 1 + of(8);
  const widths = Array.from({ length: depth }, many);
  const kinds = Array.from({ length: depth }, () => NAMES[of(NAMES.length)]!);
  const perInvocation = 1 + of(60);
  const tableName = NAMES[of(NAMES.length)]!;
  for (let n = 0; n < calls; n++) {
    const given = {
      invocation: `i${Math.floor(n / perInvocation)}`,
      time: new Date(Date.UTC(2026, 2, 1 + of(28), of(24))).toISOString(),
      region: `region-${of(regions!)}`,
      accessKeyId: `AKIA${String(of(keys!)).padStart(16, '0')}`,
      ownAccessKeyId: 'ASIAOWN',
      version: String(of(keys!)),
      account: String(of(regions!)).padStart(12, '1'),
      bytesOut: of(2 ** 31) * 400,
      bytesIn: of(2 ** 31),
      items: of(500),
      ...(of(4) === 0 ? { errorCode: `Code${of(errors!)}`, status: 400 } : {}),
      ...(of(30) === 0 ? { errorCode: 'AccessDenied', status: 403 } : {}),
    };
    const kind = of(5);
    if (kind === 0) yield connect(`${letters(of(hosts!), 8)}.${letters(of(hosts!), 5)}.example.com:443`, given);
    else if (kind === 1)
      yield aws(
        'dynamodb',
        `Do${letters(of(actions!), 12)}`,
        arn('dynamodb', `table/${tableName(of, tables!)}`),
        given,
      );
    else if (kind === 2) yield aws('ec2', `Describe${letters(of(actions!), 30)}`, '*', given);
    else {
      const path = kinds.map((name, at) => name(of, widths[at]!)).join('/');
      yield kind === 3
        ? get(`b${of(buckets!)}/${path}`, given)
        : call({
            ...given,
            operation: 'PutObject',
            access: [
              { action: `s3:Put${letters(of(actions!), 8)}`, resources: [`arn:aws:s3:::b${of(buckets!)}/${path}`] },
            ],
          });
    }
  }
}

const range = (n: number) => Array.from({ length: n }, (_, at) => at);

const textOf = (baseline: FunctionBaseline) =>
  serializeBaseline({ format: 'rolefence.baseline/1', functions: { resize: baseline } });
const sizeOf = (baseline: FunctionBaseline) => Buffer.byteLength(textOf(baseline));
const KIB = 1024;
const SEEDS = process.env.ROLEFENCE_TEST_ALL === undefined ? 3 : 40;

/** As it stands in a document with so much room. */
const within = (room: number, ...baselines: FunctionBaseline[]): FunctionBaseline => {
  const model = new FunctionModel();
  for (const one of baselines) model.join(FunctionModel.from(one));
  return model.toBaseline(room);
};

describe('the document of one function', () => {
  it.each(Array.from({ length: SEEDS }, (_, seed) => seed))('stays below 256 KiB, drawn from seed %i', (seed) => {
    const baseline = learn(rich(seed, 5_000));
    expect(sizeOf(baseline)).toBeLessThanOrEqual(256 * KIB);
    expect(JSON.stringify(parseBaseline(textOf(baseline), 'b.json').functions.resize)).toBe(JSON.stringify(baseline));
  });

  const word = (n: number) => {
    const of = dice(n);
    return range(7)
      .map(() => String.fromCharCode(97 + of(26)))
      .join('');
  };
  const read = (path: string, n: number, given: Partial<Call> = {}) =>
    get(path, {
      invocation: `i${n}`,
      time: new Date(Date.UTC(2026, 1, 1 + (n % 28), n % 24)).toISOString(),
      ...given,
    });
  const paths = range(800).map(
    (n) =>
      `app-data/${word(1 + (n % 40))}/${word(100 + (Math.floor(n / 40) % 4))}/${word(200 + Math.floor(n / 160))}/out.csv`,
  );
  const honest = range(3).flatMap((day) => paths.map((path, n) => read(path, day * 800 + n)));
  const known = (baseline: FunctionBaseline) =>
    Object.keys(baseline.actions['s3:GetObject']!.resources).filter((name) => name.includes('app-data'));
  const NOT_FOUND = { status: 404, errorCode: 'NoSuchKey' };

  it('is not folded where it fits, whatever names somebody else chooses in another bucket', () => {
    const chosen = range(60).map((n) =>
      read(
        `uploads/${word(500 + n)}/${word(800 + n)}/${word(900 + n)}/${word(n)}.${word(n).slice(0, 3)}`,
        3_000 + n,
        NOT_FOUND,
      ),
    );
    expect(known(learn([...honest, ...chosen]))).toEqual(known(learn(honest)));
  });

  const long = (n: number) => word(n).repeat(4);
  /** Names in folders of three levels, of `wide` words each. */
  const chosenBy = (count: number, wide: number, times = 1) =>
    range(count * times).map((n) => {
      const [a, b, c] = [n % wide, Math.floor(n / wide) % wide, Math.floor(n / wide / wide) % wide];
      const file = `${long(n % count)}.${word(n % count).slice(0, 3)}`;
      return read(`uploads/${long(500 + a)}/${long(600 + b)}/${long(700 + c)}/${file}`, 3_000 + n, NOT_FOUND);
    });
  const UPLOADS = 's3:GetObject arn:aws:s3:::uploads/';

  it.each([
    [1_000, 10, 1],
    [1_000, 40, 1],
    [1_000, 10, 4],
    [20_000, 12, 1],
  ])(
    'keeps closed what is closed where somebody else chooses %i names, in folders of %i, %i times each',
    (count, wide, times) => {
      const all = learn([...honest, ...chosenBy(count, wide, times)]);
      expect(known(all)).toEqual(known(learn(honest)));
      expect([undefined, [UPLOADS]]).toContainEqual(all.opened);
      expect(sizeOf(all)).toBeLessThanOrEqual(256 * KIB);
    },
  );

  it('keeps closed what is closed where somebody fills the lists of other things', () => {
    const filling = new FunctionModel();
    for (const n of range(600)) {
      const place = `s3:GetObject arn:aws:s3:::${long(n).repeat(8)}/`;
      for (const day of [20_500, 20_501, 20_502]) {
        filling.several.get(`${place}#file`)?.add({ unit: n + day, day });
        for (const at of [0, 1, 2])
          filling.repeats
            .get(place)
            ?.get(at)
            .add(true, { unit: n + day, day });
      }
    }
    const model = FunctionModel.from(learn(honest));
    model.join(filling);
    const all = model.toBaseline();
    expect(known(all)).toEqual(known(learn(honest)));
    expect([all.opened, Object.keys(all.cut ?? {})]).toEqual([undefined, ['several', 'repeats']]);
  });

  it('says what it had to open, and that it is not ready for block mode', () => {
    expect(learn([...honest, ...chosenBy(1_000, 10)]).opened).toEqual([UPLOADS]);
    const baseline = { ...learn(honest.slice(0, 40)), opened: [UPLOADS] };
    const [one] = coverage({ format: 'rolefence.baseline/1', functions: { resize: baseline } }).functions;
    expect(one!.blockReady).toBe(false);
    expect(coverageSentence(one!)).toContain(`there was no room for the names of ${UPLOADS}`);
    expect(within(4 * 1024 * KIB, baseline, learn(honest.slice(40, 60))).opened).toEqual([UPLOADS]);
  });

  it('that is too large hangs on the set of what was seen alone, in whatever pieces it came', () => {
    const calls = [...honest, ...chosenBy(1_000, 10)];
    const whole = JSON.stringify(learn(calls));
    const pieces = range(3).map((piece) => {
      const learner = new FunctionLearner();
      for (const [n, one] of calls.entries()) if ((n * 7) % 3 === piece) learner.observe(one);
      return learner.model();
    });
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 0, 2, 1],
    ]) {
      const model = new FunctionModel();
      for (const at of order) model.join(pieces[at]!);
      const joined = model.toBaseline();
      expect(JSON.stringify(joined)).toBe(whole);
      expect(JSON.stringify(FunctionModel.from(joined).toBaseline())).toBe(whole);
    }
  });

  it('that had to be folded commutes in a merge, and takes in what it holds without a change', () => {
    const document = (calls: readonly Call[]) => ({ format: FORMAT, functions: { resize: learn(calls) } }) as const;
    const a = document([...honest, ...chosenBy(1_000, 10)]);
    const b = document([...honest.map((one, n) => ({ ...one, invocation: `b${n}` })), ...chosenBy(1_000, 40)]);
    expect(a.functions.resize.opened).toEqual([UPLOADS]);
    const joined = mergeBaselines([a, b]);
    const text = serializeBaseline(joined);
    for (const same of [[b, a], [joined], [joined, joined], [joined, a], [b, joined]])
      expect(serializeBaseline(mergeBaselines(same))).toBe(text);
  });

  it('that had to be folded is the same whatever was merged with what before', () => {
    fc.assert(
      fc.property(anyCalls, fc.integer({ min: 2, max: 40 }), (calls, room) => {
        const [a, b, c] = parts(calls, 3).map(learn) as [FunctionBaseline, FunctionBaseline, FunctionBaseline];
        const fold = (...all: FunctionBaseline[]) => within(room * KIB, ...all);
        const all = JSON.stringify(fold(a, b, c));
        expect(JSON.stringify(fold(fold(a, b), c))).toBe(all);
        expect(JSON.stringify(fold(fold(c), fold(b), fold(a)))).toBe(all);
        expect(JSON.stringify(fold(fold(b, fold(c)), fold(a, c)))).toBe(all);
        expect(JSON.stringify(fold(fold(a, b, c)))).toBe(all);
      }),
    );
  });

  it.each([5, 8, 13])('drawn to be large is the same in any order of merges (seed %i)', (seed) => {
    const calls = [...rich(seed, 3_000)];
    const pieces = [0, 1, 2].map((at) =>
      learn(calls.filter(({ invocation }) => Number(invocation!.slice(1)) % 3 === at)),
    );
    const [a, b, c] = pieces as [FunctionBaseline, FunctionBaseline, FunctionBaseline];
    for (const room of [30, 70, 130, 256]) {
      const fold = (...all: FunctionBaseline[]) => within(room * KIB, ...all);
      const all = JSON.stringify(fold(a, b, c));
      expect(JSON.stringify(fold(fold(c, a), fold(b)))).toBe(all);
      expect(JSON.stringify(fold(fold(b), fold(fold(a), c)))).toBe(all);
    }
  });
});
