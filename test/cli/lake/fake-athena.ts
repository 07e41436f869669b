import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DuckDb } from '../../../cli/lake/duckdb.ts';
import type { Row } from '../../../cli/lake/rows.ts';
import type { Table } from '../../../cli/lake/table.ts';

/** What a test may do to a query. */
export interface FakeOptions {
  /** Polls for which it stays QUEUED, then RUNNING; Infinity never ends. */
  readonly queued?: number;
  readonly running?: number;
  /** Ends as FAILED for this reason. */
  readonly fails?: string;
  /** Answers this operation with this error. */
  readonly refuses?: { readonly operation: string; readonly code: string; readonly message: string };
  /** Rows of one page. */
  readonly page?: number;
}

export interface FakeAthena {
  readonly env: Readonly<Record<string, string>>;
  /** Operations, in order, with their requests. */
  // biome-ignore lint/suspicious/noExplicitAny: requests as they came.
  readonly asked: { readonly operation: string; readonly body: any }[];
  /** Resolves when the operation has been asked so many times. */
  until(operation: string, times?: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * A fake of Athena's API over HTTP, because moto's runs no query and knows no table: it takes the query as the client sends it and runs it on DuckDB. States, pages, headers and NULLs
 * are as AWS documents them.
 */
export async function startFakeAthena(
  db: DuckDb,
  tables: readonly Table[],
  options: FakeOptions = {},
): Promise<FakeAthena> {
  const { queued = 1, running = 1, fails, refuses, page = 1000 } = options;
  const asked: FakeAthena['asked'] = [];
  const watchers = new Set<() => void>();
  let polls = 0;
  let cancelled = false;
  let result: { names: readonly string[]; rows: readonly (readonly (string | null)[])[] } | null = null;
  let broken: string | null = fails ?? null;

  async function answer(operation: string, body: { [key: string]: string }): Promise<object | null> {
    switch (operation) {
      case 'GetTableMetadata': {
        const table = tables.find(({ name }) => name === `${body.DatabaseName}.${body.TableName}`);
        if (table === undefined) return null;
        const columns = [...table.columns].map(([Name, Type]) => ({ Name, Type }));
        return {
          TableMetadata: {
            Name: body.TableName,
            Columns: columns.filter(({ Name }) => !table.partitions.includes(Name)),
            PartitionKeys: columns.filter(({ Name }) => table.partitions.includes(Name)),
          },
        };
      }
      case 'StartQueryExecution':
        try {
          const rows: Row[] = [];
          for await (const row of db.query(withoutCatalog(body.QueryString!))) rows.push(row);
          const names = [...new Set(rows.flatMap((row) => [...row.keys()]))];
          result = { names, rows: rows.map((row) => names.map((name) => row.get(name) ?? null)) };
        } catch (error) {
          broken = `SYNTAX_ERROR: ${(error as Error).message}`;
        }
        return { QueryExecutionId: 'query-1' };
      case 'GetQueryExecution': {
        polls++;
        const state = cancelled
          ? 'CANCELLED'
          : polls <= queued
            ? 'QUEUED'
            : polls <= queued + running
              ? 'RUNNING'
              : broken === null
                ? 'SUCCEEDED'
                : 'FAILED';
        const done = state === 'SUCCEEDED' || state === 'FAILED';
        return {
          QueryExecution: {
            QueryExecutionId: body.QueryExecutionId,
            Status: { State: state, ...(done && broken !== null ? { StateChangeReason: broken } : {}) },
            Statistics: { DataScannedInBytes: state === 'QUEUED' ? 0 : 123_456_789 },
          },
        };
      }
      case 'GetQueryResults': {
        const { names, rows } = result!;
        const all = [names, ...rows].map((row) => ({
          Data: row.map((value) => (value === null ? {} : { VarCharValue: value })),
        }));
        const at = Number(body.NextToken ?? 0);
        const size = Math.min(page, Number(body.MaxResults));
        return {
          ResultSet: {
            Rows: all.slice(at, at + size),
            ResultSetMetadata: { ColumnInfo: names.map((Name) => ({ Name, Type: 'varchar' })) },
          },
          ...(at + size < all.length ? { NextToken: String(at + size) } : {}),
        };
      }
      case 'StopQueryExecution':
        cancelled = true;
        return {};
      default:
        return null;
    }
  }

  const server = createServer(async (request, response) => {
    let text = '';
    for await (const piece of request) text += piece;
    const operation = String(request.headers['x-amz-target']).split('.').at(-1)!;
    const body = JSON.parse(text);
    asked.push({ operation, body });
    for (const watcher of watchers) watcher();
    const refused = refuses?.operation === operation;
    const found = refused ? null : await answer(operation, body);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (found === null) {
      response.statusCode = 400;
      response.end(
        JSON.stringify({
          __type: refused ? refuses!.code : 'MetadataException',
          message: refused ? refuses!.message : 'EntityNotFoundException (Service: AWSGlue)',
        }),
      );
    } else response.end(JSON.stringify(found));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    env: {
      AWS_ENDPOINT_URL_ATHENA: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'testing',
      AWS_SECRET_ACCESS_KEY: 'testing',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    asked,
    until: (operation, times = 1) =>
      new Promise((resolve) => {
        const check = () => {
          if (asked.filter((one) => one.operation === operation).length < times) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** DuckDB has no catalog of tables: "AwsDataCatalog"."security"."trail" is "trail" there. */
const withoutCatalog = (sql: string): string => sql.replace(/FROM "[^"]+"\."[^"]+"\.("[^"]+")/, 'FROM $1');
