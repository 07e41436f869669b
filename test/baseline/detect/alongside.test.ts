import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { aws, get, uuid } from '../calls.ts';

const FIRMS = 'arbor birch cedar dahlia elder fir ginkgo hazel iris juniper'.split(' ');
const draft = (firm: string, n: number) => `drafts/${firm}/2026-01-05/${uuid(n)}/draft.pdf`;
/** One hour after another. */
const run = (n: number) => ({
  invocation: `d-${n}`,
  time: new Date(Date.UTC(2026, 0, 5) + n * 3_600_000).toISOString(),
});
const read = (firm: string, n: number): Call => get(draft(firm, n), run(n));
const withdraw = (firm: string, n: number): Call => aws('s3', 'DeleteObject', `arn:aws:s3:::${draft(firm, n)}`, run(n));

/** Drafts are read of ten firms and a small one; each tenth is withdrawn, but for those of firms that `keep` theirs. */
function judgeOf({ small = 4, keep = [] as readonly string[], more = [] as readonly Call[] }) {
  const learner = createLearner();
  const drafts = [
    ...FIRMS.flatMap((firm) => new Array<string>(40).fill(firm)),
    ...new Array<string>(small).fill('lilac'),
  ];
  for (const [n, firm] of drafts.entries()) {
    learner.observe(read(firm, n));
    if (n % 10 === 0 && firm !== 'lilac' && !keep.includes(firm)) learner.observe(withdraw(firm, n));
  }
  for (const one of more) learner.observe(one);
  return createJudge(learner.document().functions.resize!);
}
const found = (judge: ReturnType<typeof judgeOf>, one: Call) => judge.before(one).map(({ detector }) => detector);

describe('an action that goes wherever another one of its bucket goes', () => {
  it('may go where that one seldom went, though it had never been there', () => {
    expect(found(judgeOf({}), withdraw('lilac', 9_000))).toEqual([]);
  });

  it('is told of where the other one never was', () => {
    expect(found(judgeOf({}), withdraw('mallow', 9_000))).toEqual(['resource']);
  });

  it('is told of in a folder that the other one used so often that it had stayed away from it', () => {
    expect(found(judgeOf({ small: 200 }), withdraw('lilac', 9_000))).toEqual(['resource']);
  });

  it('is told of with a name that it never used elsewhere', () => {
    const other = aws('s3', 'DeleteObject', 'arn:aws:s3:::drafts/lilac/contract.docx');
    expect(found(judgeOf({}), other)).toEqual(['resource']);
  });
});

describe('an action that goes by the folders of another place', () => {
  const wrong = (firm: string, n: number): Call =>
    aws('s3', 'PutObject', `arn:aws:s3:::wrong/${firm}/2026-01-05/${uuid(n)}.json`, run(n));
  const within = (one: Call): Call => ({
    ...one,
    access: one.access.map((of) => ({ ...of, resources: of.resources.map((arn) => arn.replace(/:::/, ':::desk/')) })),
  });
  const judgeOfDesk = (small: number) => {
    const learner = createLearner();
    const files = [...FIRMS.flatMap((firm) => new Array<string>(40).fill(firm)), ...new Array(small).fill('lilac')];
    for (const [n, firm] of files.entries()) {
      learner.observe(within(read(firm, n)));
      if (n % 10 === 0 && firm !== 'lilac') learner.observe(within(wrong(firm, n)));
    }
    return createJudge(learner.document().functions.resize!);
  };

  it('may go where it goes seldom and has not been yet, but not where that one never was', () => {
    expect(found(judgeOfDesk(4), within(wrong('lilac', 9_000)))).toEqual([]);
    expect(found(judgeOfDesk(4), within(wrong('mallow', 9_000)))).toEqual(['resource']);
  });

  it('is told of where it had stayed away from many', () => {
    expect(found(judgeOfDesk(200), within(wrong('lilac', 9_000)))).toEqual(['resource']);
  });
});

describe('is told of all the same', () => {
  it('where it has been in few folders', () => {
    expect(found(judgeOf({ keep: FIRMS.slice(0, 4) }), withdraw('lilac', 9_000))).toEqual(['resource']);
  });

  it('where it has been in a folder of its own', () => {
    const own = [100, 200].map((n) => withdraw('archive', n));
    expect(found(judgeOf({ more: own }), withdraw('lilac', 9_000))).toEqual(['resource']);
  });

  it('where one day brought all that it did', () => {
    const sweep = [...FIRMS, ...FIRMS].map((firm, i) => withdraw(firm, 240 + i));
    expect(found(judgeOf({ keep: FIRMS, more: sweep }), withdraw('lilac', 9_000))).toContain('resource');
  });
});
