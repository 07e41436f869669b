import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GroupLearner } from '../../../baseline/cloudtrail-groups.ts';
import type { BaselineDocument } from '../../../baseline/model/document.ts';
import { mergeBaselines } from '../../../baseline/model/merge.ts';
import { unitHash } from '../../../baseline/names/unit-hash.ts';
import { DuckDb } from '../../../cli/lake/duckdb.ts';
import { eventsIn } from '../../../cli/lake/layouts.ts';
import { callQuery, groupQuery } from '../../../cli/lake/query.ts';
import { groupOf, type Row } from '../../../cli/lake/rows.ts';
import type { Span } from '../../../cli/lake/span.ts';
import type { Table } from '../../../cli/lake/table.ts';
import { withUnit } from '../../../cli/lake/unit-hash.ts';
import { anyEvents, event } from './events.ts';
import { oneByOne } from './one-by-one.ts';
import { asCloudTrail, asOcsf, cloudTrailTable, fillTable, SMALL, securityLakeTable } from './tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-lake-'));
let db: DuckDb;
beforeAll(async () => {
  db = await DuckDb.open(SMALL);
});
afterAll(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

const WHOLE: Span = { from: null, to: null };

async function rowsIn(sql: string): Promise<Row[]> {
  const found: Row[] = [];
  for await (const row of db.query(sql)) found.push(row);
  return found;
}

/** What the query says of events in such a table, row by row. */
async function rowsOf(table: Table, events: readonly object[], span: Span = WHOLE) {
  const file = join(folder, 'events.jsonl');
  writeFileSync(file, events.map((one) => `${JSON.stringify(one)}\n`).join('') || '\n');
  await fillTable(db, table, file);
  const rows = await rowsIn(groupQuery(callQuery(eventsIn(table, span))));
  const text = JSON.stringify(rows.map((row) => [...row]));
  // What a request holds besides names of resources stays where it is.
  expect(text).not.toContain('secret"');
  expect(text).not.toContain('"put":secret');
  return rows;
}

async function grouped(table: Table, events: readonly object[], span: Span = WHOLE): Promise<BaselineDocument> {
  const learner = new GroupLearner();
  for (const row of await rowsOf(table, events, span)) learner.add(groupOf(row).group);
  return learner.document();
}

describe('the query that counts, run on DuckDB', () => {
  it('hashes units as learning does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[A-Z0-9]{0,20} 2026-0[1-9]-[0-2][0-9]T[01][0-9]:[0-5][0-9]$/), { minLength: 1 }),
        async (texts) => {
          const values = texts.map((text) => `('${text}')`).join(', ');
          const rows = await rowsIn(`SELECT t, unit FROM (${withUnit('t', `(VALUES ${values}) AS v (t)`)})`);
          for (const row of rows) expect(Number(row.get('unit'))).toBe(unitHash(row.get('t')!));
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ['a table of CloudTrail’s logs', cloudTrailTable, asCloudTrail],
    ['Security Lake’s CloudTrail source', securityLakeTable, asOcsf],
  ] as const)('says of %s what learning event by event says', async (_, table, as) => {
    await fc.assert(
      fc.asyncProperty(anyEvents, async (events) => {
        expect(await grouped(table, events.map(as))).toEqual(oneByOne(events));
      }),
      { numRuns: 6 },
    );
  });

  it.each([
    ['a table of CloudTrail’s logs', cloudTrailTable, asCloudTrail],
    ['Security Lake’s CloudTrail source', securityLakeTable, asOcsf],
  ] as const)('takes %s in spans of time that add up to the whole', async (_, table, as) => {
    const at = '2026-03-02T00:00:00Z';
    await fc.assert(
      fc.asyncProperty(anyEvents, async (events) => {
        const rows = events.map(as);
        const before = await grouped(table, rows, { from: null, to: at });
        const after = await grouped(table, rows, { from: at, to: '2026-04-01T00:00:00Z' });
        expect(mergeBaselines([after, before])).toEqual(await grouped(table, rows));
      }),
      { numRuns: 3 },
    );
  });

  it('counts what is in more units than are told one by one, exactly as sketches of all of them do', async () => {
    const events = Array.from({ length: 3_000 }, (_, i) =>
      event({
        eventID: `e-${i}`,
        eventTime: minutes(i),
        requestParameters: { bucketName: 'photos', key: `raw/${i % 7}.jpg` },
      }),
    );
    const document = await grouped(cloudTrailTable, events.map(asCloudTrail));
    expect(document).toEqual(oneByOne(events));
    expect(document.functions.resize!.invocations).toEqual(
      expect.arrayContaining([expect.any(Number), expect.stringMatching(/^.{64}$/)]),
    );
  });

  it.each([
    ['numbers', 1_500, 49, (i: number) => `raw/${i}.jpg`, ['raw/{n}.jpg']],
    ['words', 1_500, 49, (i: number) => `raw/${letters(i)}.jpg`, ['raw/{name}.jpg']],
    ['two kinds', 1_500, 98, (i: number) => `${i % 2 === 0 ? 'img' : 'pic'}${i}.jpg`, ['img{n}.jpg', 'pic{n}.jpg']],
    ['ids', 500, 49, (i: number) => `raw/x${10_000 + i}y${i % 9}.jpg`, ['raw/{id8}.jpg']],
    ['files in folders', 1_500, 300 * 5, (i: number) => `users/${i % 300}/${i}.png`, ['users/{n}/{n}.png']],
    ['folders', 2_600, 49 * 49 + 1, (i: number) => `${i}/cover.png`, ['{n}/cover.png']],
    ['dates', 200, 200, (i: number) => `dt=${minutes(i * 500).slice(0, 10)}/${i}.gz`, ['dt={date}/{n}.gz']],
  ])('brings few of many names (%s), and comes to the templates of all', async (_, calls, most, key, templates) => {
    const events = Array.from({ length: calls }, (_, i) =>
      event({ eventID: `e-${i}`, eventTime: minutes(i), requestParameters: { bucketName: 'photos', key: key(i) } }),
    );
    const rows = await rowsOf(cloudTrailTable, events.map(asCloudTrail));
    expect(rows.length).toBeLessThanOrEqual(most);
    const learner = new GroupLearner();
    for (const row of rows) learner.add(groupOf(row).group);
    expect(learner.document()).toEqual(oneByOne(events));
    expect(Object.keys(learner.document().functions.resize!.actions['s3:GetObject']!.resources)).toEqual(
      templates.map((template) => `arn:aws:s3:::photos/${template}`),
    );
  });
});

const minutes = (i: number): string => `${new Date(Date.UTC(2026, 2, 1, 0, i)).toISOString().slice(0, 19)}Z`;

const letters = (i: number): string => [...String(i)].map((digit) => String.fromCharCode(97 + Number(digit))).join('');
