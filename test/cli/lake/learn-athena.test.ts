import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DuckDb } from '../../../cli/lake/duckdb.ts';
import { jsonl } from '../calls.ts';
import { rolefence, sentence, start, testFolder } from '../tool.ts';
import { type CloudTrailEvent, event } from './events.ts';
import { type FakeAthena, type FakeOptions, startFakeAthena } from './fake-athena.ts';
import { asCloudTrail, cloudTrailTable, fillTable, SMALL, securityLakeTable } from './tables.ts';

const folder = testFolder();
let db: DuckDb;
let athena: FakeAthena | null = null;
beforeAll(async () => {
  db = await DuckDb.open(SMALL);
  await fillTable(db, cloudTrailTable, folder.write('events.jsonl', jsonl(events.map(asCloudTrail))));
});
afterEach(() => athena?.close());
afterAll(() => db.close());

const fake = async (options: FakeOptions = {}): Promise<FakeAthena> => {
  athena = await startFakeAthena(db, [cloudTrailTable, securityLakeTable, other], options);
  return athena;
};

const other = { name: 'logs.orders', sql: '"orders"', columns: new Map([['id', 'string']]), partitions: [] };

/** A day on which a function reads pictures and counts them, and an old call. */
const events: readonly CloudTrailEvent[] = [
  event({
    eventID: 'old',
    eventTime: '2026-01-01T00:00:00Z',
    eventName: 'DeleteBucket',
    requestParameters: { bucketName: 'photos' },
  }),
  ...Array.from({ length: 120 }, (_, i) =>
    event({
      eventID: `e-${i}`,
      eventTime: `2026-03-02T10:${String(i % 60).padStart(2, '0')}:00Z`,
      requestParameters: { bucketName: 'photos', key: `raw/${i}.jpg` },
      additionalEventData: { bytesTransferredIn: 0, bytesTransferredOut: 1000 + i },
    }),
  ),
];

const ARGS = ['learn', '--athena', 'logs.trail', '--from', '2026-03-01', '--to', '2026-03-04T00:00:00Z'];

describe('rolefence learn --athena (a fake of Athena that runs the query on DuckDB)', () => {
  it('learns from a table what it learns from the files behind it, and says what was read and what it cost', async () => {
    const { env, asked } = await fake({ page: 7 });
    const out = folder.at('lake.json');
    const { code, stdout, stderr } = await rolefence(
      [...ARGS, '--out', out, '--workgroup', 'security', '--output', 's3://results/here', '--json'],
      { env },
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'rolefence learn: Athena: 123.5 MB read, less than $0.01; calls from 2026-03-01T00:00:00Z to 2026-03-04T00:00:00Z in 49 groups\n',
    });
    expect(JSON.parse(stdout)).toMatchObject({
      calls: 120,
      functions: ['resize'],
      lake: { groups: 49, scannedBytes: 123_456_789 },
    });

    const file = folder.write('trail.json.gz', gzipSync(JSON.stringify({ Records: events.slice(1) })));
    await rolefence(['learn', '--out', folder.at('files.json'), file]);
    const { order, sample, several, repeats, hours, ages, ...fromFiles } = JSON.parse(folder.read('files.json'))
      .functions.resize;
    expect(JSON.parse(folder.read('lake.json')).functions.resize).toEqual({
      ...fromFiles,
      order: { steps: [], follows: {} },
      sample: [],
    });

    expect(asked.find(({ operation }) => operation === 'StartQueryExecution')!.body).toMatchObject({
      WorkGroup: 'security',
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'logs' },
      ResultConfiguration: { OutputLocation: 's3://results/here' },
      QueryString: expect.stringContaining(`"timestamp" >= '2026/03/01'`),
    });
    // Pages are followed to the end, and a query that has ended is not stopped.
    expect(asked.filter(({ operation }) => operation === 'GetQueryResults')).toHaveLength(8);
    expect(asked.map(({ operation }) => operation)).not.toContain('StopQueryExecution');
  });

  it('adds the lake to what files hold', async () => {
    const { env } = await fake();
    const file = folder.write(
      'more.json',
      JSON.stringify({
        Records: [
          event({ eventID: 'x', eventName: 'PutObject', requestParameters: { bucketName: 'thumbs', key: 'a.jpg' } }),
        ],
      }),
    );
    expect((await rolefence([...ARGS, '--out', folder.at('both.json'), file], { env })).code).toBe(0);
    expect(Object.keys(JSON.parse(folder.read('both.json')).functions.resize.actions)).toEqual([
      's3:GetObject',
      's3:PutObject',
    ]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops the query on %s, and leaves what was there', async (signal) => {
    const { env, until, asked } = await fake({ running: Number.POSITIVE_INFINITY });
    const out = folder.write('kept.json', 'as it was');
    const { child, ended } = start([...ARGS, '--out', out], { env });
    await until('GetQueryExecution', 2);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(signal === 'SIGINT' ? 130 : 143);
    expect(stderr).toBe(`rolefence learn: ended; the query in Athena is stopped, and ${out} stays as it is\n`);
    expect(asked.at(-1)).toMatchObject({ operation: 'StopQueryExecution', body: { QueryExecutionId: 'query-1' } });
    expect(folder.read('kept.json')).toBe('as it was');
  });

  it('says why a query failed', async () => {
    const { env } = await fake({ fails: 'HIVE_CANNOT_OPEN_SPLIT: no access\nat line 2' });
    expect(sentence(await rolefence([...ARGS, '--out', folder.at('x.json')], { env }))).toBe(
      'rolefence learn: Athena could not run the query (HIVE_CANNOT_OPEN_SPLIT: no access)',
    );
  });

  it.each([
    [
      'a table that is not there',
      ['logs.nothing'],
      {},
      'Athena knows no table logs.nothing in the catalog AwsDataCatalog of this region',
    ],
    [
      'a table of something else',
      ['logs.orders'],
      {},
      /^logs\.orders is no table that can be learned from: expected the columns of CloudTrail's logs \(useridentity, .*\) or Security Lake's CloudTrail source, version 2 \(actor, /,
    ],
    [
      'no place for results',
      ['logs.trail'],
      {
        refuses: {
          operation: 'StartQueryExecution',
          code: 'InvalidRequestException',
          message: 'No output location provided. …',
        },
      },
      'Athena has no place for its results: give --output s3://BUCKET/PREFIX, or a --workgroup that has one',
    ],
    [
      'no right to ask',
      ['logs.trail'],
      {
        refuses: {
          operation: 'StartQueryExecution',
          code: 'AccessDeniedException',
          message: 'arn:aws:iam::1:user/x may not',
        },
      },
      'Athena: the query cannot be begun: these credentials are not allowed to',
    ],
    ['half a name', ['trail'], {}, '--athena must be DATABASE.TABLE or CATALOG.DATABASE.TABLE'],
    [
      'a place that is none',
      ['logs.trail', '--output', 'results'],
      {},
      '--output must be s3://BUCKET/PREFIX: where Athena leaves its results',
    ],
    [
      'times the wrong way round',
      ['logs.trail', '--from', '2026-03-02', '--to', '2026-03-01'],
      {},
      '--to must be later than --from',
    ],
  ] as const)('answers %s with one sentence', async (_, args, options, expected) => {
    const { env } = await fake(options);
    const said = sentence(await rolefence(['learn', '--out', folder.at('x.json'), '--athena', ...args], { env }));
    expect(said.replace('rolefence learn: ', '')).toEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it('takes its options with --athena only', async () => {
    const said = sentence(await rolefence(['learn', '--out', folder.at('x.json'), '--workgroup', 'w', '-']));
    expect(said).toBe('rolefence learn: --workgroup is for --athena only');
  });
});
