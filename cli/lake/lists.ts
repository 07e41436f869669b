/**
 * Parameters that name resources in a list of objects, or as its keys. Only the names leave the query: what else stands there (keys of items, details of events) is nobody's business
 * who reads its results.
 */
export interface ListParameter {
  /** The names as an array of Trino. */
  names(json: string): string;
  /** The parameter as far as naming asks for it. */
  value(names: readonly string[]): unknown;
}

/** NULL where it is no list: nobody promised. */
const items = (json: string): string => `TRY_CAST(${json} AS array(json))`;

export const LIST_PARAMETERS: ReadonlyMap<string, ListParameter> = new Map([
  [
    'names',
    {
      names: (json) => `transform(${items(json)}, e -> json_extract_scalar(e, '$'))`,
      value: (names) => names,
    },
  ],
  [
    'entries',
    {
      names: (json) => `transform(${items(json)}, e -> coalesce(json_extract_scalar(e, '$.eventBusName'), 'default'))`,
      value: (names) => names.map((eventBusName) => ({ eventBusName })),
    },
  ],
  [
    'requestItems',
    {
      names: (json) => `map_keys(TRY_CAST(${json} AS map(varchar, json)))`,
      value: (names) => Object.fromEntries(names.map((name) => [name, {}])),
    },
  ],
  [
    'transactItems',
    {
      names: (json) =>
        `transform(${items(json)}, e -> coalesce(${['put', 'update', 'delete', 'conditionCheck', 'get']
          .map((kind) => `json_extract_scalar(e, '$.${kind}.tableName')`)
          .join(', ')}))`,
      value: (names) => names.map((tableName) => ({ put: { tableName } })),
    },
  ],
]);
