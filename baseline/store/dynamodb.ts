import { createHash } from 'node:crypto';
import {
  type Key,
  type KeyValue,
  type Kind,
  keyOf,
  keyText,
  noSuch,
  reaching,
  type Send,
  StoreError,
  type Value,
} from './key-value.ts';
import { PAUSES, type Pauses, pauseAfter, retrying } from './retry.ts';

/** An item is at most 400 KB with its key and names. */
const LARGEST = 390_000;
/** Items of one value: six megabytes are far above any baseline. */
const MOST_PARTS = 16;

/**
 * A table with the string key `id`. Each key is one partition, so that `dynamodb:LeadingKeys` can allow a function's role exactly its own sixteen slots. Each item
 * holds `data` (gzip) and `tag`, its hash: a number that began anew with every item would let a removal that was long under way take what was written since.
 *
 * What people approved is one document under one signature. Where it is larger than an item, `parts` says in how many it lies: the first under its key, the others under the key, the
 * tag and a number, so that those of the old document are there until nobody is led to them any more.
 */
export function dynamoDbStore(
  table: string,
  direct: Send,
  pauses: Pauses = PAUSES,
  region: string | null = null,
): KeyValue {
  const name = `dynamodb://${table}`;
  const send = retrying(reaching(name, direct), pauses);

  const ask = (operation: string, body: object) => askOf(operation, { TableName: table, ...body });

  async function askOf(operation: string, body: object): Promise<{ ok: boolean; code: string; answer: Answer }> {
    const { status, body: bytes } = await send({
      service: 'dynamodb',
      endpoint: 'dynamodb',
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body: Buffer.from(JSON.stringify(body)),
    });
    const answer = JSON.parse(Buffer.from(bytes).toString('utf8') || '{}') as Answer;
    const code = `${answer.__type ?? ''}`.replace(/^.*#/, '') || `status ${status}`;
    const missing = code === 'ResourceNotFoundException' ? noSuch('table', table, region) : code;
    return { ok: status === 200, code: missing, answer };
  }

  /** False where the condition did not hold. */
  async function conditional(what: string, operation: string, body: object): Promise<boolean> {
    const { ok, code } = await ask(operation, body);
    if (ok) return true;
    if (code === 'ConditionalCheckFailedException') return false;
    throw new StoreError(name, what, code);
  }

  async function item(id: string, fresh: boolean): Promise<Item | undefined> {
    const { ok, code, answer } = await ask('GetItem', { Key: { id: { S: id } }, ConsistentRead: fresh });
    if (!ok) throw new StoreError(name, 'cannot be read', code);
    return answer.Item;
  }

  /** Items as they were a moment ago, by id. Under load DynamoDB may answer a part of what was asked for, and is asked again for the rest. */
  async function items(ids: readonly string[]): Promise<ReadonlyMap<string, Item>> {
    const found = new Map<string, Item>();
    let Keys: readonly object[] = ids.map((id) => ({ id: { S: id } }));
    for (let attempt = 1; ; attempt++) {
      const { ok, code, answer } = await askOf('BatchGetItem', { RequestItems: { [table]: { Keys } } });
      if (!ok) throw new StoreError(name, 'cannot be read', code);
      for (const item of answer.Responses?.[table] ?? []) if (item.id?.S !== undefined) found.set(item.id.S, item);
      Keys = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      if (Keys.length === 0) return found;
      if (attempt >= pauses.attempts) throw new StoreError(name, 'cannot be read', 'UnprocessedKeys');
      await pauseAfter(attempt, pauses);
    }
  }

  /** The value that begins with this item; undefined where parts of it are missing: whoever replaces it takes the old ones away, and then there is a new first one. */
  async function whole(key: Key, first: Item | undefined, fresh: boolean): Promise<Value | null | undefined> {
    const { data, tag } = first ?? {};
    if (data?.B === undefined || tag?.S === undefined) return null;
    const rest = await Promise.all(
      partsOf(first).map(async (part) => (await item(partId(key, tag.S!, part), fresh))?.data?.B),
    );
    if (!rest.every((one) => one !== undefined)) return undefined;
    return { bytes: Buffer.concat([data.B, ...rest].map((one) => Buffer.from(one, 'base64'))), tag: tag.S };
  }

  async function get(key: Key, fresh = false): Promise<Value | null> {
    for (let tries = 0; tries < 2; tries++) {
      const value = await whole(key, await item(keyText(key), fresh), fresh);
      if (value !== undefined) return value;
    }
    throw new StoreError(name, 'cannot be read', 'a part is missing');
  }

  return {
    name,
    largest: LARGEST,
    get,
    async getAll(keys) {
      const firsts = await items(keys.map(keyText));
      return Promise.all(
        keys.map(async (key) => {
          const value = await whole(key, firsts.get(keyText(key)), false);
          return value === undefined ? get(key) : value;
        }),
      );
    },
    async put(key, bytes, before) {
      const parts = chunks(bytes);
      if (parts.length > (isWhole(key.kind) ? MOST_PARTS : 1))
        throw new StoreError(name, 'takes no item of this size', `${bytes.length} bytes`);
      const tag = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
      for (const [at, data] of parts.entries())
        if (at > 0)
          await conditional('cannot be written', 'PutItem', {
            Item: { id: { S: partId(key, tag, at) }, data: inBase64(data) },
          });
      const { ok, code, answer } = await ask('PutItem', {
        Item: {
          id: { S: keyText(key) },
          data: inBase64(parts[0]!),
          tag: { S: tag },
          ...(parts.length > 1 ? { parts: { N: `${parts.length}` } } : {}),
        },
        ...unchanged(before),
        ...(isWhole(key.kind) ? { ReturnValues: 'ALL_OLD' } : {}),
      });
      if (!ok && code !== 'ConditionalCheckFailedException') throw new StoreError(name, 'cannot be written', code);
      const old = answer.Attributes;
      if (ok && old?.tag?.S !== undefined && old.tag.S !== tag)
        for (const part of partsOf(old))
          await conditional('cannot be written', 'DeleteItem', { Key: { id: { S: partId(key, old.tag.S, part) } } });
      return ok;
    },
    remove: (key, tag) =>
      conditional('cannot be written', 'DeleteItem', { Key: { id: { S: keyText(key) } }, ...unchanged(tag) }),
    async *list(kind: Kind): AsyncGenerator<Key> {
      let start: object | undefined;
      do {
        const { ok, code, answer } = await ask('Scan', {
          ProjectionExpression: 'id',
          FilterExpression: 'begins_with(id, :kind)',
          ExpressionAttributeValues: { ':kind': { S: `${kind}#` } },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        });
        if (!ok) throw new StoreError(name, 'cannot be listed', code);
        for (const { id } of answer.Items ?? []) {
          const key = keyOf(id?.S ?? '');
          if (key !== null) yield key;
        }
        start = answer.LastEvaluatedKey;
      } while (start !== undefined);
    },
  };
}

interface Attribute {
  readonly S?: string;
  readonly B?: string;
  readonly N?: string;
}

type Item = Readonly<Record<string, Attribute>>;

interface Answer {
  readonly __type?: string;
  readonly Item?: Item;
  readonly Items?: readonly Item[];
  readonly Responses?: Readonly<Record<string, readonly Item[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: readonly object[] }>>;
  /** What was there before. */
  readonly Attributes?: Item;
  readonly LastEvaluatedKey?: object;
}

/** Kinds whose documents are never divided along what is in them. */
const isWhole = (kind: Kind): boolean => kind === 'approved' || kind === 'history';

const partId = (key: Key, tag: string, part: number): string => `${keyText(key)}#${tag}#${part.toString(16)}`;

/** Numbers of the parts that follow the first. */
function partsOf(first: Item | undefined): number[] {
  const count = Math.min(MOST_PARTS, Number(first?.parts?.N ?? 1));
  return Array.from({ length: Math.max(0, count - 1) }, (_, at) => at + 1);
}

const chunks = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.max(1, Math.ceil(bytes.length / LARGEST)) }, (_, at) =>
    bytes.subarray(at * LARGEST, (at + 1) * LARGEST),
  );

const inBase64 = (bytes: Uint8Array): Attribute => ({ B: Buffer.from(bytes).toString('base64') });

function unchanged(tag: string | null): object {
  if (tag === null) return { ConditionExpression: 'attribute_not_exists(id)' };
  return {
    ConditionExpression: '#tag = :tag',
    ExpressionAttributeNames: { '#tag': 'tag' },
    ExpressionAttributeValues: { ':tag': { S: tag } },
  };
}
