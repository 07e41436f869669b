/** A table as Athena's catalog describes it. */
export interface Table {
  /** As people name it. */
  readonly name: string;
  /** As it stands in a query, quoted. */
  readonly sql: string;
  /** Types as Hive writes them, by name, both in small letters; partitions included. */
  readonly columns: ReadonlyMap<string, string>;
  readonly partitions: readonly string[];
}

/** Paths of all columns and of the members of their structs: `useridentity`, `useridentity.arn`. */
export function fieldsOf(columns: Table['columns']): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [name, type] of columns) {
    found.add(name);
    for (const member of members(type)) found.add(`${name}.${member}`);
  }
  return found;
}

/** Of `struct<a:string,b:struct<c:string>>` a, b and b.c. What is in arrays and maps is reached in another way. */
function* members(type: string): Generator<string> {
  const inner = /^struct<(.*)>$/s.exec(type.trim())?.[1];
  if (inner === undefined) return;
  for (const part of topLevel(inner)) {
    const colon = part.indexOf(':');
    if (colon < 0) continue;
    const name = part.slice(0, colon).trim();
    yield name;
    for (const member of members(part.slice(colon + 1))) yield `${name}.${member}`;
  }
}

function* topLevel(text: string): Generator<string> {
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '<' || text[at] === '(') depth++;
    else if (text[at] === '>' || text[at] === ')') depth--;
    else if (text[at] === ',' && depth === 0) {
      yield text.slice(from, at);
      from = at + 1;
    }
  }
  yield text.slice(from);
}
