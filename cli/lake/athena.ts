import { setTimeout as pause } from 'node:timers/promises';
import type { AthenaClient, GetQueryExecutionCommandOutput } from '@aws-sdk/client-athena';
import { clientOptions } from '../aws-endpoints.ts';
import { UsageError } from '../errors.ts';
import { awsProblem, takeDefaultRegion } from '../respond/aws.ts';
import type { Row } from './rows.ts';
import type { Table } from './table.ts';

/** Where queries run and whose tables they read. */
export interface Place {
  readonly catalog: string;
  readonly database: string;
  readonly workgroup: string;
  /** `s3://…`; null where the workgroup says it. */
  readonly output: string | null;
}

/** A query so far. */
export interface Progress {
  /** QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED. */
  readonly state: string;
  readonly scannedBytes: number;
}

/** Athena by the SDK's own credentials and region, which is loaded when it is needed. */
export class Athena {
  readonly #place: Place;
  #client: AthenaClient | null = null;

  constructor(place: Place) {
    takeDefaultRegion();
    this.#place = place;
  }

  /** UsageError where there is no such table. */
  async table(name: string): Promise<Table> {
    const { catalog, database, workgroup } = this.#place;
    const known = `${database}.${name}`;
    try {
      const { GetTableMetadataCommand } = await import('@aws-sdk/client-athena');
      const asked = { CatalogName: catalog, DatabaseName: database, TableName: name, WorkGroup: workgroup };
      const { TableMetadata: found = { Name: name } } = await (await this.#connected()).send(
        new GetTableMetadataCommand(asked),
      );
      const { Columns = [], PartitionKeys = [] } = found;
      return {
        name: known,
        sql: [catalog, database, name].map(quoted).join('.'),
        columns: new Map(
          [...Columns, ...PartitionKeys].map(({ Name = '', Type = '' }) => [Name.toLowerCase(), Type.toLowerCase()]),
        ),
        partitions: PartitionKeys.map(({ Name = '' }) => Name.toLowerCase()),
      };
    } catch (error) {
      if (error instanceof Error && /EntityNotFound/.test(error.message))
        throw new UsageError(`Athena knows no table ${known} in the catalog ${catalog} of this region`, {
          cause: error,
        });
      throw problem(`the table ${known} cannot be read`, error);
    }
  }

  /** Runs a query and gives its rows. A query that is left, by the signal or by an error, is stopped: what has not been read yet is not paid for. */
  async *query(sql: string, signal: AbortSignal, told: (progress: Progress) => void): AsyncGenerator<Row> {
    const { GetQueryResultsCommand, StopQueryExecutionCommand } = await import('@aws-sdk/client-athena');
    const client = await this.#connected();
    const id = await this.#start(sql, signal);
    let ended = false;
    try {
      await this.#end(id, signal, told);
      ended = true;
      let names: readonly string[] | null = null;
      let next: string | undefined;
      do {
        const page = await client.send(
          new GetQueryResultsCommand({
            QueryExecutionId: id,
            MaxResults: PAGE,
            ...(next === undefined ? {} : { NextToken: next }),
          }),
          { abortSignal: signal },
        );
        let rows = page.ResultSet?.Rows ?? [];
        if (names === null) {
          names = (page.ResultSet?.ResultSetMetadata?.ColumnInfo ?? []).map(({ Name = '' }) => Name);
          // The first row of the first page is the header
          rows = rows.slice(1);
        }
        for (const { Data = [] } of rows) yield rowOf(names, Data);
        next = page.NextToken;
      } while (next !== undefined);
    } catch (error) {
      throw problem('the query cannot be followed', error);
    } finally {
      if (!ended) await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id })).catch(() => {});
    }
  }

  close(): void {
    this.#client?.destroy();
  }

  async #start(sql: string, signal: AbortSignal): Promise<string> {
    const { StartQueryExecutionCommand } = await import('@aws-sdk/client-athena');
    const { catalog, database, workgroup, output } = this.#place;
    try {
      const { QueryExecutionId: id } = await (await this.#connected()).send(
        new StartQueryExecutionCommand({
          QueryString: sql,
          QueryExecutionContext: { Catalog: catalog, Database: database },
          WorkGroup: workgroup,
          ...(output === null ? {} : { ResultConfiguration: { OutputLocation: output } }),
        }),
        { abortSignal: signal },
      );
      if (id === undefined) throw new UsageError('Athena has begun no query');
      return id;
    } catch (error) {
      if (error instanceof Error && /output location/i.test(error.message))
        throw new UsageError(
          'Athena has no place for its results: give --output s3://BUCKET/PREFIX, or a --workgroup that has one',
          { cause: error },
        );
      throw problem('the query cannot be begun', error);
    }
  }

  async #end(id: string, signal: AbortSignal, told: (progress: Progress) => void): Promise<void> {
    const { GetQueryExecutionCommand } = await import('@aws-sdk/client-athena');
    const client = await this.#connected();
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 1.5)) {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }), {
        abortSignal: signal,
      });
      const state = QueryExecution?.Status?.State ?? 'QUEUED';
      told({ state, scannedBytes: QueryExecution?.Statistics?.DataScannedInBytes ?? 0 });
      if (state === 'SUCCEEDED') return;
      if (state === 'FAILED' || state === 'CANCELLED') throw failure(state, QueryExecution);
      await pause(wait, undefined, { signal });
    }
  }

  async #connected(): Promise<AthenaClient> {
    this.#client ??= new (await import('@aws-sdk/client-athena')).AthenaClient({ maxAttempts: 5, ...clientOptions() });
    return this.#client;
  }
}

/** What Athena answers at once at most. */
const PAGE = 1000;
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 3_000;

/** A name in Trino; backquotes are Hive's. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function rowOf(names: readonly string[], data: readonly { VarCharValue?: string | undefined }[]): Row {
  const row = new Map<string, string>();
  for (const [at, { VarCharValue: value }] of data.entries()) if (value !== undefined) row.set(names[at] ?? '', value);
  return row;
}

function failure(state: string, execution: GetQueryExecutionCommandOutput['QueryExecution']): UsageError {
  if (state === 'CANCELLED')
    return new UsageError('the query was cancelled in Athena (by somebody, or by the limits of the workgroup)');
  const reason = execution?.Status?.StateChangeReason ?? 'no reason is given';
  return new UsageError(`Athena could not run the query (${reason.replace(/\n.*/s, '').slice(0, 200)})`);
}

/** Left by the signal is no problem. */
const problem = (what: string, error: unknown): unknown =>
  error instanceof Error && error.name === 'AbortError' ? error : awsProblem(`Athena: ${what}`, error);
