/** The entry of a table under a name that comes out of a record or a file: `constructor` and its like, which every object inherits, are no entries. */
export const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
