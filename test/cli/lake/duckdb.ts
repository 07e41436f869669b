import { DuckDBInstance } from '@duckdb/node-api';

/**
 * Athena's SQL on DuckDB: what Trino calls otherwise are macros, and what cannot be one is written anew. The text of the query stays that of the product; a function that is used
 * and not known here fails.
 */
export async function openDuckDb() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' });
  const connection = await instance.connect();
  for (const macro of MACROS) await connection.run(`CREATE MACRO ${macro}`);
  return {
    run: (sql: string) => connection.run(sql),
    /** Rows of texts, as Athena answers them; null where NULL. */
    async rows(
      trino: string,
    ): Promise<{ readonly names: readonly string[]; readonly rows: readonly (string | null)[][] }> {
      const result = await connection.runAndReadAll(inDuckDb(trino));
      return {
        names: result.columnNames(),
        rows: result.getRows().map((row) => row.map((value) => (value === null ? null : String(value)))),
      };
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const MACROS = [
  'regexp_like(text, pattern) AS regexp_matches(text, pattern)',
  "replace_all(text, pattern, put) AS regexp_replace(text, pattern, put, 'g')",
  'extracted(text, pattern) AS CASE WHEN regexp_matches(text, pattern) THEN regexp_extract(text, pattern) END',
  "json_extract_scalar(json, path) AS CASE WHEN json_type(json, path) IN ('OBJECT', 'ARRAY') THEN NULL ELSE json_extract_string(json, path) END",
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

const inDuckDb = (trino: string): string =>
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
      'list_reduce(range(1, 65), lambda s, i: CASE WHEN i > length($1) THEN s ELSE $3 END, $2)',
    )
    .replaceAll('array(json)', 'JSON[]')
    .replaceAll('CAST(NULL AS array(varchar))', 'CAST(NULL AS varchar[])');
