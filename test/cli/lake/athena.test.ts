import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Athena } from '../../../cli/lake/athena.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { type LocalAws, startLocalAws } from '../respond/moto.ts';

const python = provide('python');

describe.skipIf(python.missing !== null)(`Athena’s client, against moto${because(python)}`, () => {
  let aws: LocalAws;
  beforeAll(async () => {
    aws = await startLocalAws(python.folders.python);
    for (const [name, value] of Object.entries(aws.env)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await aws.close();
  });

  it('begins a query in its workgroup, follows it, and gives its rows by column, NULL as nothing', async () => {
    const cell = (value: string | null) => (value === null ? {} : { VarCharValue: value });
    const rows = [
      ['fn', 'path'],
      ['resize', 'a.jpg'],
      ['mail', null],
    ].map((row) => ({ Data: row.map(cell) }));
    await fetch(`${aws.endpoint}/moto-api/static/athena/query-results`, {
      method: 'POST',
      body: JSON.stringify({
        account_id: '111122223333',
        region: 'eu-west-1',
        results: [{ rows, column_info: ['fn', 'path'].map((Name) => ({ Name, Type: 'varchar' })) }],
      }),
    });
    const athena = new Athena({
      catalog: 'AwsDataCatalog',
      database: 'logs',
      workgroup: 'primary',
      output: 's3://results/',
    });
    const states: string[] = [];
    const found: unknown[] = [];
    const query = athena.query('SELECT 1', new AbortController().signal, ({ state }) => states.push(state));
    for await (const row of query) found.push(row);
    athena.close();
    expect(states.at(-1)).toBe('SUCCEEDED');
    expect(found).toEqual([
      new Map([
        ['fn', 'resize'],
        ['path', 'a.jpg'],
      ]),
      new Map([['fn', 'mail']]),
    ]);
  });
});
