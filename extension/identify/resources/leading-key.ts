import { at, type Tree, text } from '../body/tree.ts';

/**
 * What may be known of the leading key (the partition key) of a call on items: the kind of thing in a table of many kinds (`USER#` of `USER#4711`), written as
 * such tables write it. Values are data of the function's users and never stand in a record; null for them, and where the request does not say which of two
 * attributes is the partition key.
 */
export function leadingKey(value: string | null): string | null {
  return value === null ? null : (KIND.exec(value)?.[0] ?? null);
}

/** In capitals, with its separator: in small letters it may be somebody's name. */
const KIND = /^[A-Z][A-Z_]{1,39}#(?=.)/;

/** Of a `Key` with one attribute: it is the partition key. */
export function keyOf(body: Tree | undefined): string | null {
  const key = at(body, 'Key');
  if (key === null || typeof key !== 'object' || Array.isArray(key)) return null;
  const attributes = Object.values(key);
  return attributes.length === 1 ? leadingKey(text(at(attributes[0], 'S'))) : null;
}

/** Of a Query on a table: the one equality of its condition is on the partition key, which takes no other operator. */
export function queriedKey(body: Tree | undefined): string | null {
  if (at(body, 'IndexName') !== undefined) return null;
  const condition = text(at(body, 'KeyConditionExpression')) ?? '';
  if (condition.length > LONGEST) return null;
  const equalities = [...condition.matchAll(/(?<![<>])=\s*(:\w+)?/g)];
  const name = equalities.length === 1 ? equalities[0]![1] : undefined;
  return name === undefined ? null : leadingKey(text(at(at(at(body, 'ExpressionAttributeValues'), name), 'S')));
}

/** DynamoDB takes expressions of 4 KB. */
const LONGEST = 4_096;
