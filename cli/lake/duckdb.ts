import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { UsageError } from '../errors.ts';
import { type Engine, rankColumns } from './query.ts';
import type { Row } from './rows.ts';

/** What a database in this process may take. */
export interface DuckDbLimits {
  readonly threads: number;
  readonly memoryBytes: number;
  /** A folder for what does not fit into memory; null where all must. */
  readonly overflow: string | null;
}

/**
 * Athena's SQL on DuckDB. What Trino calls otherwise are macros, and what cannot be one is written anew, so that the text of a query stays one; a function that is used and not known here
 * fails.
 */
export class DuckDb {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  /** UsageError where DuckDB is not installed. */
  static async open({ threads, memoryBytes, overflow }: DuckDbLimits): Promise<DuckDb> {
    const { DuckDBInstance } = await load();
    const instance = await DuckDBInstance.create(':memory:', {
      threads: String(threads),
      memory_limit: `${Math.floor(memoryBytes / 1024)}KiB`,
      temp_directory: overflow ?? '',
      preserve_insertion_order: 'false',
      // Nothing is fetched from anywhere, whatever a query asks for
      autoinstall_known_extensions: 'false',
    });
    const connection = await instance.connect();
    for (const macro of MACROS) await connection.run(`CREATE MACRO ${macro}`);
    return new DuckDb(instance, connection);
  }

  /** A statement of DuckDB's own. Gives how many rows it has written. */
  async run(statement: string): Promise<number> {
    const { rowsChanged } = await this.#connection.run(statement);
    return rowsChanged;
  }

  /** Runs a query of Athena's. A row comes as one text: to fetch each of its values by itself takes three times as long. */
  async *query(trino: string): AsyncGenerator<Row> {
    const result = await this.#connection.stream(
      `SELECT CAST(to_json(told) AS varchar) FROM (${inDuckDb(trino)}) AS told`,
    );
    for await (const rows of result.yieldRows())
      for (const [text] of rows) {
        const row = new Map<string, string>();
        for (const [name, value] of Object.entries(JSON.parse(String(text))))
          if (value !== null) row.set(name, String(value));
        yield row;
      }
  }

  /** Ends what is being run, which then fails. */
  interrupt(): void {
    this.#connection.interrupt();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** It is 70 MB for one platform: whoever wants it installs it. */
async function load(): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api');
  } catch (cause) {
    throw new UsageError(
      'DuckDB is not installed beside rolefence, or not for this platform: npm install @duckdb/node-api (with -g if rolefence is installed so)',
      { cause },
    );
  }
}

/**
 * DuckDB runs a WITH that is named twice once, so what has no path need not be ranked. Its rows go nowhere but to this process, which hashes units itself: to hash them and to keep few of them
 * takes a third of the whole query. Aggregates of DISTINCT take a table for each group and aggregate; lists are quicker.
 */
export const DUCKDB: Engine = {
  ranked: (ranks, from) => `
  SELECT *, ${rankColumns(ranks)} FROM ${from} WHERE path IS NOT NULL
  UNION ALL SELECT *, ${Object.keys(ranks)
    .map(() => 'NULL')
    .join(', ')} FROM ${from} WHERE path IS NULL
`,
  sketched: (from) => `SELECT * FROM ${from}`,
  units: 'array_join(array_distinct(list(unit_text)), chr(31)) AS unit_texts',
  different: (value, order) => `list_sort(array_distinct(list(${value})), '${order}')`,
};

const MACROS = [
  'regexp_like(text, pattern) AS regexp_matches(text, pattern)',
  "replace_all(text, pattern, put) AS regexp_replace(text, pattern, put, 'g')",
  'extracted(text, pattern) AS CASE WHEN regexp_matches(text, pattern) THEN regexp_extract(text, pattern) END',
  "json_extract_scalar(json, path) AS json_extract_string(json_value(json, path), '$')",
  'json_format(json) AS CAST(json AS varchar)',
  'array_distinct(list) AS list_distinct(list)',
  'array_join(list, mark) AS array_to_string(list, mark)',
  'slice(list, first, count) AS list_slice(list, first, first + count - 1)',
  'to_utf8(text) AS text',
  'codepoint(text) AS unicode(text)',
  'sequence(first, last) AS range(first, last + 1)',
  'bitwise_xor(a, b) AS xor(a, b)',
  'bitwise_and(a, b) AS a & b',
  'bitwise_right_shift(a, n) AS a >> CAST(n AS integer)',
  'element_of(map, key) AS map_extract_value(map, key)',
];

/** The text of a query that is written for Athena, as DuckDB takes it. */
export const inDuckDb = (trino: string): string =>
  trino
    .replaceAll(/\bregexp_replace\(/g, 'replace_all(')
    .replaceAll(/\bregexp_extract\(/g, 'extracted(')
    .replaceAll(/\belement_at\(/g, 'element_of(')
    .replaceAll(/\btransform\(/g, 'list_transform(')
    .replaceAll(/\bfilter\(/g, 'list_filter(')
    .replaceAll(/(\w+) -> /g, 'lambda $1: ')
    // reduce(sequence(1, length(text)), start, (s, i) -> …, s -> s): DuckDB has the start last, no last step, and wrong results (1.5.6) where lists of one vector differ in length
    .replaceAll(
      /\breduce\(sequence\(1, length\((\w+)\)\), (CAST\(\d+ AS bigint\)), \(s, i\) -> (.*?), lambda s: s\)/g,
      'list_reduce(range(1, max(length($1)) OVER () + 1), lambda s, i: CASE WHEN i > length($1) THEN s ELSE $3 END, $2)',
    )
    .replaceAll('array(json)', 'JSON[]')
    .replaceAll('CAST(NULL AS array(varchar))', 'CAST(NULL AS varchar[])');
