import { createHash } from 'node:crypto';
import { type Key, type KeyValue, type Kind, keyOf, keyText, reaching, type Send, StoreError } from './key-value.ts';
import { type Pauses, retrying } from './retry.ts';

/** An item is at most 400 KB with its key and names. */
const LARGEST = 390_000;

/**
 * A table with the string key `id`. Each key is one partition, so that `dynamodb:LeadingKeys` can allow a function's role exactly its own sixteen slots. Each item
 * holds `data` (gzip) and `tag`, its hash: a number that began anew with every item would let a removal that was long under way take what was written since.
 */
export function dynamoDbStore(table: string, direct: Send, pauses?: Pauses): KeyValue {
  const name = `dynamodb://${table}`;
  const send = retrying(reaching(name, direct), pauses);

  async function ask(operation: string, body: object): Promise<{ ok: boolean; code: string; answer: Answer }> {
    const { status, body: bytes } = await send({
      service: 'dynamodb',
      endpoint: 'dynamodb',
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
      },
      body: Buffer.from(JSON.stringify({ TableName: table, ...body })),
    });
    const answer = JSON.parse(Buffer.from(bytes).toString('utf8') || '{}') as Answer;
    const code = `${answer.__type ?? ''}`.replace(/^.*#/, '') || `status ${status}`;
    return { ok: status === 200, code, answer };
  }

  /** False where the condition did not hold. */
  async function conditional(what: string, operation: string, body: object): Promise<boolean> {
    const { ok, code } = await ask(operation, body);
    if (ok) return true;
    if (code === 'ConditionalCheckFailedException') return false;
    throw new StoreError(name, what, code);
  }

  return {
    name,
    largest: LARGEST,
    async get(key, fresh) {
      const { ok, code, answer } = await ask('GetItem', {
        Key: { id: { S: keyText(key) } },
        ConsistentRead: fresh === true,
      });
      if (!ok) throw new StoreError(name, 'cannot be read', code);
      const { data, tag } = answer.Item ?? {};
      if (data?.B === undefined || tag?.S === undefined) return null;
      return { bytes: Buffer.from(data.B, 'base64'), tag: tag.S };
    },
    async put(key, bytes, tag) {
      if (bytes.length > LARGEST) throw new StoreError(name, 'takes no item of this size', `${bytes.length} bytes`);
      return conditional('cannot be written', 'PutItem', {
        Item: {
          id: { S: keyText(key) },
          data: { B: Buffer.from(bytes).toString('base64') },
          tag: { S: createHash('sha256').update(bytes).digest('base64url').slice(0, 16) },
        },
        ...unchanged(tag),
      });
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
}

interface Answer {
  readonly __type?: string;
  readonly Item?: Readonly<Record<string, Attribute>>;
  readonly Items?: readonly Readonly<Record<string, Attribute>>[];
  readonly LastEvaluatedKey?: object;
}

function unchanged(tag: string | null): object {
  if (tag === null) return { ConditionExpression: 'attribute_not_exists(id)' };
  return {
    ConditionExpression: '#tag = :tag',
    ExpressionAttributeNames: { '#tag': 'tag' },
    ExpressionAttributeValues: { ':tag': { S: tag } },
  };
}
