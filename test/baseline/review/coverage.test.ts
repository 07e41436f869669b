import { describe, expect, it, vi } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT } from '../../../baseline/model/document.ts';
import { TreeNode } from '../../../baseline/model/tree-node.ts';
import { coverage, coverageSentence } from '../../../baseline/review/coverage.ts';
import { arn, aws, connect, get, resized, uuid } from '../calls.ts';

const DAY = 86_400_000;

/** `days` of normal work, so many invocations a day. */
const work = (days: number, perDay: number): Call[] =>
  Array.from({ length: days * perDay }, (_, n) => {
    const time = new Date(Date.UTC(2026, 0, 5) + Math.floor((n * DAY) / perDay)).toISOString();
    return resized(uuid(n), `inv-${n}`).map((call) => ({ ...call, time }));
  }).flat();

const covered = (calls: readonly Call[]) => {
  const learner = createLearner();
  for (const call of calls) learner.observe(call);
  return coverage(learner.document()).functions[0]!;
};

describe('coverage', () => {
  it('is ready for nothing where nothing was observed', () => {
    const [one] = coverage({ format: FORMAT, functions: { resize: createEmpty() } }).functions;
    expect(one).toMatchObject({ alertReady: false, blockReady: false, pNew: 1, upper: 1 });
    expect(one!.open[0]).toContain('nothing has been observed yet');
  });

  it('is ready for alert, not for block, after some hundred invocations in hours', () => {
    const one = covered(work(1, 200).slice(0, 400));
    expect(one).toMatchObject({ alertReady: true, blockReady: false });
    expect(coverageSentence(one)).toContain('ready for alert mode, not yet for block');
    expect(one.open[0]).toContain('hours were observed');
  });

  it('is ready for block after a week of nothing new', () => {
    const one = covered(work(8, 100));
    expect(one).toMatchObject({ alertReady: true, blockReady: true, pNew: 0, open: [] });
    expect(coverageSentence(one)).toContain('ready for block mode');
  });

  it('says what it holds no more of', () => {
    const hosts = Array.from({ length: 230 }, (_, n) => connect(`h${n}.example.com:443`, { invocation: `inv-${n}` }));
    expect(covered(hosts).open).toContain('it holds as many hosts as it can: more of them are not learned');
  });

  it('adds up what lies below a folder once, however many names are asked about', () => {
    const paths = ['ada', 'bob', 'eve'].flatMap((a) =>
      ['in', 'out'].flatMap((b) => ['x', 'y'].map((c) => `${a}/${b}/${c}.csv`)),
    );
    const calls = paths.flatMap((path) => [
      get(path, { invocation: `1 ${path}` }),
      get(path, { invocation: `2 ${path}` }),
    ]);
    const all = vi.spyOn(TreeNode.prototype, 'all');
    expect(covered(calls).facets[1]).toMatchObject({ facet: 'resource', known: paths.length });
    expect(new Set(all.mock.contexts).size).toBe(all.mock.calls.length);
    expect(all).toHaveBeenCalled();
    all.mockRestore();
  });

  it('tells what was seen once only, by facet and with a bound above the estimate', () => {
    const calls = work(8, 100);
    const one = covered([
      ...calls,
      aws('sqs', 'SendMessage', arn('sqs', 'dead-letters'), { invocation: 'inv-7', time: calls[30]!.time }),
      aws('dynamodb', 'PutItem', arn('dynamodb', 'table/Archive'), { invocation: 'inv-8', time: calls[34]!.time }),
      connect('api.example.com:443', { invocation: 'inv-9', time: calls[38]!.time }),
    ]);
    expect(one.open).toContain('sqs:SendMessage was seen in one invocation only');
    expect(one.open.join()).toContain('table/Archive');
    expect(one.open.join()).toContain('the connection to api.example.com:443');
    const facets = Object.fromEntries(one.facets.map((facet) => [facet.facet, facet]));
    expect(facets).toMatchObject({ action: { once: 1 }, resource: { once: 1 }, egress: { known: 1, once: 1 } });
    expect(facets.region!.once).toBe(0);
    for (const { pNew, upper } of one.facets) expect(upper).toBeGreaterThan(pNew);
    expect(one.upper).toBeGreaterThan(one.pNew);
  });

  it('says whether a run at an odd hour is told', () => {
    const nightly = work(8, 1).map((one) => ({ ...one, time: one.time!.replace('T00:', 'T02:') }));
    expect(covered(nightly).hours).toBe('a run more than an hour away from 02:00 to 03:00 UTC is told');
    expect(covered(work(8, 24)).hours).toContain('it keeps to none');
    const learner = createLearner();
    for (const call of nightly) learner.observe(call);
    const { hours: _, ...timeless } = learner.document().functions.resize!;
    const [one] = coverage({ format: FORMAT, functions: { resize: timeless } }).functions;
    expect(one!.hours).toContain('learned without hours');
  });

  it('says whether an odd order of calls and a second tenant are told', () => {
    expect(covered(work(8, 1)).order).toContain('that takes 40 invocations, and 8 were seen');
    expect(covered(work(8, 24)).order).toContain('what departs from it is told');
    const learner = createLearner();
    for (const call of work(8, 24)) learner.observe(call);
    const { several: _, ...document } = learner.document().functions.resize!;
    const counted = { ...document, order: { steps: [], follows: {} } };
    const [one] = coverage({ format: FORMAT, functions: { resize: counted } }).functions;
    expect(one!.order).toBe(
      'not told is an odd order of its calls, nor a second tenant in one invocation: a part of it was learned without',
    );
  });

  it('does not count names that vary by nature as news', () => {
    expect(covered(work(8, 100)).facets.find(({ facet }) => facet === 'resource')!.once).toBe(0);
  });
});

describe('what AWS refuses in every invocation', () => {
  const denied = { status: 403, errorCode: 'AccessDenied' };
  const withOthers = (given: Partial<Call>, key: (n: number) => string) =>
    work(8, 100).flatMap((one, i) =>
      i % 4 === 0 ? [one, get(key(i), { invocation: one.invocation, time: one.time, ...given })] : [one],
    );

  it('is counted and named, and block mode is not ready: it would refuse it each time', () => {
    const one = covered(withOthers(denied, (n) => `photos/missing/${n}.jpg`));
    expect(one.refused).toHaveLength(1);
    expect(one.refused[0]).toMatch(
      /^s3:GetObject on arn:aws:s3:::photos\/missing\/\{n\}\.jpg was refused by AWS in about \d+ of \d+ invocations: it stays outside/,
    );
    expect(one.open).toContain(one.refused[0]);
    expect(one).toMatchObject({ alertReady: false, blockReady: false, hindered: true });
    expect(coverageSentence(one)).toContain('can never be ready for block mode as it is');
    expect(one.open.join()).not.toContain('more invocations without anything new');
  });

  it('may have been an accident where it came once', () => {
    const calls = work(8, 5);
    const { invocation, time } = calls[0]!;
    const one = covered([...calls, get('photos/missing/x.jpg', { invocation, time, ...denied })]);
    expect(one.refused).toHaveLength(1);
    expect(one.hindered).toBe(false);
  });

  it('is nothing to tell where the same is allowed at other times', () => {
    const one = covered(withOthers(denied, (n) => `photos/uploads/${uuid(n + 5000)}.jpg`));
    expect(one).toMatchObject({ refused: [], alertReady: true, blockReady: true });
  });

  it('is told of calls that never left, too, and of hosts that were never reached', () => {
    const unanswered = { status: null, bytesIn: 0, bytesOut: 0 };
    const calls = withOthers(unanswered, () => 'backups/all.tgz');
    const nowhere = connect('nowhere.example.com:443', { invocation: 'inv-7', bytesIn: 0, bytesOut: 0 });
    const one = covered([...calls, { ...nowhere, time: calls[40]!.time }]);
    expect(one.refused).toEqual([
      expect.stringContaining('s3:GetObject on arn:aws:s3:::backups/all.tgz was never answered in about'),
      expect.stringContaining('the connection to nowhere.example.com:443 was never made, though tried in 1 of'),
    ]);
    expect(one.facets.find(({ facet }) => facet === 'egress')).toMatchObject({ known: 0 });
    expect(one.blockReady).toBe(false);
  });
});

it('is not ready for block after a day in which tables of new tenants kept coming: the next would be refused', () => {
  const calls = work(1, 300).map((one, i) =>
    i % 40 === 3
      ? aws('dynamodb', 'PutItem', arn('dynamodb', `table/orders-t${i}`), {
          invocation: one.invocation,
          time: one.time,
        })
      : one,
  );
  const learner = createLearner();
  for (const one of calls) learner.observe(one);
  const judge = createJudge(learner.document().functions.resize!);
  expect(judge.before(aws('dynamodb', 'PutItem', arn('dynamodb', 'table/orders-t9999')))).toMatchObject([
    { kind: 'scope' },
  ]);
  expect(covered(calls)).toMatchObject({ blockReady: false });
});

function createEmpty() {
  return {
    invocations: 0,
    from: null,
    to: null,
    versions: {},
    accounts: {},
    actions: {},
    egress: {},
    order: { steps: [], follows: {} },
    sample: [],
  };
}
