import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { arn, aws, get, put, uuid } from '../calls.ts';

const phone = (kind: string, n: number, invocation: string, day: number) =>
  aws('sns', 'DeleteEndpoint', arn('sns', `endpoint/${kind}/shop/${kind}-${n}`), {
    invocation,
    time: new Date(Date.UTC(2026, 0, 5 + day)).toISOString(),
  });

/** Two hundred invocations that delete one phone of either kind each; on the given days one deletes one of each. */
const learned = (bothOn: readonly number[]) => {
  const learner = createLearner();
  for (let n = 0; n < 200; n++) learner.observe(phone(n % 2 === 0 ? 'APNS' : 'GCM', n, `inv-${n}`, Math.floor(n / 20)));
  for (const [i, day] of bothOn.entries())
    for (const kind of ['APNS', 'GCM']) learner.observe(phone(kind, 500 + i, `both-${i}`, day));
  return createJudge(learner.document().functions.resize!);
};

const twoOfOneKind = (judge: ReturnType<typeof learned>) =>
  [901, 902]
    .map((n) => phone('APNS', n, 'two', 12))
    .flatMap((one) => [...judge.before(one), ...judge.after(one)])
    .concat(judge.end())
    .filter(({ detector }) => detector === 'company');

it('a second thing is told where each invocation keeps to one', () => {
  expect(twoOfOneKind(learned([]))).not.toEqual([]);
});

it('with what was touched, in whose invocation, and how many kept to one', () => {
  const text =
    /^sns:DeleteEndpoint for APNS-902 \(endpoint\/APNS\/shop\/APNS-902\) in an invocation for APNS-901; normal is one object, as in about \d+ invocations$/;
  expect(twoOfOneKind(learned([]))[0]?.reason).toMatch(text);
});

it('but not where two were done now and then, in another place', () => {
  expect(twoOfOneKind(learned([3, 6, 8]))).toEqual([]);
});

it('what one day brought says nothing of the other places', () => {
  expect(twoOfOneKind(learned([3, 3, 3]))).not.toEqual([]);
});

describe('where each invocation names what it has named before', () => {
  const at = (n: number) => ({
    time: new Date(Date.UTC(2026, 0, 5, n % 24) + Math.floor(n / 24) * 86_400_000).toISOString(),
  });
  const read = (firm: string, invocation: string, n: number) =>
    get(`drafts/${firm}/${uuid(n)}/draft.pdf`, { invocation, ...at(n) });
  const write = (firm: string, invocation: string, n: number) =>
    put(`sealed/${firm}/${uuid(n)}.pdf`, { invocation, ...at(n) });
  const firm = (n: number) => `firm-${'abcdefgh'[n % 8]}`;

  /** Ten days of a draft read and the sealed one written, for one of eight firms each; `strays`: invocations that write for another firm. */
  const sealing = (strays: readonly number[] = [], firmOf = firm) => {
    const learner = createLearner();
    for (let n = 0; n < 240; n++) {
      learner.observe(read(firmOf(n), `inv-${n}`, n));
      learner.observe(write(firmOf(strays.includes(n) ? n + 1 : n), `inv-${n}`, n));
    }
    return learner.document().functions.resize!;
  };
  const company = (judge: ReturnType<typeof createJudge>, ...calls: Call[]) =>
    calls
      .flatMap((one) => [...judge.before(one), ...judge.after(one)])
      .concat(judge.end())
      .filter(({ detector }) => detector === 'company');

  it("another tenant's folder is told, whichever of them was to be the other", () => {
    const judge = createJudge(sealing());
    expect(company(judge, read('firm-a', 'one', 300), write('firm-b', 'one', 300))).toMatchObject([
      {
        severity: 'high',
        reason: expect.stringMatching(
          /^s3:PutObject for firm-b \(sealed\/firm-b\/…\) in an invocation for firm-a; normal is what was named before, as in about \d+ invocations$/,
        ),
      },
    ]);
    const copied = write('firm-b', 'two', 300);
    const access = [...read('firm-a', 'two', 300).access, ...copied.access];
    expect(company(judge, read('firm-a', 'two', 300), { ...copied, access })).toMatchObject([
      { action: 's3:PutObject', resource: copied.access[0]!.resources[0] },
    ]);
    expect(company(judge, read('firm-a', 'same', 301), write('firm-a', 'same', 301))).toEqual([]);
  });

  it('another object of the same tenant is told, too', () => {
    const found = company(createJudge(sealing()), read('firm-a', 'one', 300), write('firm-a', 'one', 333));
    expect(found).toMatchObject([{ severity: 'medium' }]);
  });

  it('nothing is told of what nothing was named before', () => {
    expect(company(createJudge(sealing()), write('firm-a', 'one', 300))).toEqual([]);
  });

  it('nor where now and then an invocation did so while it was learned', () => {
    expect(
      company(createJudge(sealing([30, 100, 200])), read('firm-a', 'one', 300), write('firm-b', 'one', 300)),
    ).toEqual([]);
  });

  it('but what one day brought may have been an intruder', () => {
    expect(
      company(createJudge(sealing([30, 31, 32])), read('firm-a', 'one', 300), write('firm-b', 'one', 300)),
    ).not.toEqual([]);
  });

  it('nor where all but a few invocations were about one and the same', () => {
    const judge = createJudge(sealing([], (n) => (n % 24 === 0 ? 'firm-b' : 'firm-a')));
    const found = company(judge, read('firm-a', 'one', 300), write('firm-b', 'one', 300));
    expect(found).toEqual([]);
  });

  it('nor where the first call may have been counted with the invocation before', () => {
    const judge = createJudge(sealing());
    company(judge, read('firm-a', 'late', 300), write('firm-a', 'late', 300), read('firm-b', 'late', 301));
    const [settings, sealed] = [read('firm-c', 'next', 302), write('firm-b', 'next', 301)];
    expect(company(judge, settings, sealed)).toEqual([]);
  });

  it('nothing is told by a document that does not say', () => {
    const { repeats, ...older } = sealing();
    expect(repeats).not.toBeUndefined();
    expect(company(createJudge(older), read('firm-a', 'one', 300), write('firm-b', 'one', 300))).toEqual([]);
  });
});
