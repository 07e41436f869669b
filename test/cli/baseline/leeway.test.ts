import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { FORMAT } from '../../../baseline/model/document.ts';
import { diffBaselines } from '../../../baseline/review/diff.ts';
import { leewayOf } from '../../../baseline/review/leeway.ts';
import { withNovelty } from '../../../baseline/store/novelty.ts';
import { newLeeway, showLeeway } from '../../../cli/baseline/changes.ts';
import { showBaseline } from '../../../cli/baseline/show.ts';
import { styleFor } from '../../../cli/style.ts';
import { arn, aws, get, put } from '../../baseline/calls.ts';

const CUSTOMERS = ['acme', 'globex', 'initech', 'umbrella', 'moe'];
const start = Date.UTC(2026, 0, 5);

/** Runs of a customer each, thirty a day: what it has in its inbox is read, and written for it. `strange`: runs that do something besides. */
function learned(days: number, strange: (n: number, given: object) => Iterable<ReturnType<typeof get>> = () => []) {
  const learner = createLearner();
  for (let n = 0; n < days * 30; n++) {
    const time = new Date(start + n * 2_880_000).toISOString();
    const customer = CUSTOMERS[n % CUSTOMERS.length]!;
    const given = { time, invocation: `run-${n}` };
    learner.observe(get(`inbox/${customer}/${n % 4}.csv`, given));
    for (const one of strange(n, given)) learner.observe(one);
    learner.observe(put(`processed/${customer}/${n % 4}.json`, given));
  }
  return learner.document();
}

const plain = styleFor({ isTTY: false } as NodeJS.WriteStream);
const calm = learned(14);
/** On three days one run reads another customer's file, too. */
const hidden = learned(14, (n, given) => ([95, 185, 305].includes(n) ? [get('inbox/globex/0.csv', given)] : []));

describe('what few days brought, and silences a detector', () => {
  it('is told with its days, before it is approved and where it is shown', () => {
    const told = showLeeway(newLeeway(calm, hidden), plain, 300);
    expect(told).toContain(
      '! resize: several things in one invocation came on few days only (2026-01-08, 2026-01-11, 2026-01-15): s3:GetObject arn:aws:s3:::inbox/#0',
    );
    expect(told).toMatch(/! resize: an order of steps came on few days only .*s3:GetObject.*, then s3:GetObject/);
    expect(showBaseline(hidden, plain, 300)).toContain('    ! several things in one invocation came on few days only');
  });

  it('is nothing where it was so before, where it came day after day, or where all is of few days', () => {
    expect(newLeeway(hidden, hidden)).toEqual([]);
    expect(leewayOf(calm.functions.resize!)).toEqual([]);
    expect(showBaseline(calm, plain, 300)).not.toContain('!');
    const always = learned(14, (n, given) => (n % 9 === 0 ? [get('inbox/globex/0.csv', given)] : []));
    expect(leewayOf(always.functions.resize!).filter(({ what }) => what.startsWith('several'))).toEqual([]);
    const short = learned(3, (n, given) => (n === 40 ? [get('inbox/globex/0.csv', given)] : []));
    expect(leewayOf(short.functions.resize!)).toEqual([]);
  });
});

it('what came in one burst stands out, the action as its objects', () => {
  const table = arn('dynamodb', 'table/loot');
  const burst = learned(14, (n, given) => (n >= 200 && n < 210 ? [aws('dynamodb', 'PutItem', table, given)] : []));
  const changes = withNovelty(diffBaselines({ format: FORMAT, functions: {} }, burst), burst, burst);
  const reason = (facet: string) =>
    changes.find((one) => one.facet === facet && one.action === 'dynamodb:PutItem')!.novelty!.standsOut;
  for (const facet of ['action', 'resource', 'region', 'credential'])
    expect(reason(facet)).toMatch(/^seen in \d+ invocations of about \d+, on 2026-01-11$/);
  const usual = changes.find(({ value }) => value === 's3:GetObject')!;
  expect(usual.novelty!.standsOut).toBeNull();
});
