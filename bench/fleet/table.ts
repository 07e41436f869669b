import type { Send, StoreAnswer, StoreRequest } from '../../baseline/store/key-value.ts';
import type { Random } from './random.ts';

/**
 * A model of one DynamoDB table, for the simulation only: the operations, conditions, answers and units that the store uses, in memory, and the faults of a network and of
 * a service that is asked too much. The units are DynamoDB's: a write of each KB begun, a read of each 4 KB begun, half where it need not be the newest. A test holds them
 * against another implementation (test/bench/fleet.test.ts).
 */
export class Table {
  readonly items = new Map<string, Item>();
  readonly used: Units = { writes: 0, reads: 0, writeUnits: 0, readUnits: 0, throttled: 0, lost: 0, late: 0, twice: 0 };
  readonly #faults: Faults | null;
  readonly #late: (() => void)[] = [];

  constructor(faults: Faults | null) {
    this.#faults = faults;
  }

  get bytes(): number {
    let sum = 0;
    for (const item of this.items.values()) sum += sizeOf(item);
    return sum;
  }

  /** What a client is given to reach it by. */
  readonly send: Send = async (request) => {
    const faults = this.#faults;
    if (faults === null) return this.#answer(request);
    const { random } = faults;
    if (random.chance(faults.throttled)) {
      this.used.throttled++;
      return json(400, { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' });
    }
    // What was long under way arrives, in whatever order.
    while (this.#late.length > 0 && random.chance(0.5)) this.#late.splice(random.below(this.#late.length), 1)[0]!();
    if (!isWrite(request)) return this.#answer(request);
    if (random.chance(faults.late)) {
      this.used.late++;
      this.#late.push(() => void this.#answer(request));
      throw new Error('TimeoutError');
    }
    const answer = this.#answer(request);
    if (random.chance(faults.twice)) {
      this.used.twice++;
      return this.#answer(request);
    }
    if (random.chance(faults.lost)) {
      this.used.lost++;
      throw new Error('ECONNRESET');
    }
    return answer;
  };

  /** Everything that is still under way has arrived. */
  settle(): void {
    for (const arrive of this.#late.splice(0)) arrive();
  }

  #answer(request: StoreRequest): StoreAnswer {
    const operation = request.headers!['x-amz-target']!.replace('DynamoDB_20120810.', '');
    const body = JSON.parse(Buffer.from(request.body!).toString('utf8')) as Body;
    switch (operation) {
      case 'GetItem': {
        const item = this.items.get(body.Key!.id.S);
        this.used.reads++;
        const units = Math.max(1, Math.ceil((item === undefined ? 0 : sizeOf(item)) / 4096));
        this.used.readUnits += body.ConsistentRead === true ? units : units / 2;
        return json(200, item === undefined ? {} : { Item: item });
      }
      case 'PutItem': {
        const item = body.Item!;
        const before = this.items.get(item.id.S);
        const size = sizeOf(item);
        if (size > 400 * 1024) return json(400, { __type: 'com.amazon.coral.validate#ValidationException' });
        this.used.writes++;
        this.used.writeUnits += unitsOf(size, before);
        if (!holds(body, before)) return json(400, { __type: `x#${FAILED}` });
        this.items.set(item.id.S, item);
        return json(200, {});
      }
      case 'DeleteItem': {
        const before = this.items.get(body.Key!.id.S);
        this.used.writes++;
        this.used.writeUnits += unitsOf(0, before);
        if (!holds(body, before)) return json(400, { __type: `x#${FAILED}` });
        this.items.delete(body.Key!.id.S);
        return json(200, {});
      }
      case 'Scan': {
        const prefix = body.ExpressionAttributeValues![':kind']!.S!;
        // Its units are counted by whoever knows the whole table: here stand the items of one function only.
        const found = [...this.items.values()].filter(({ id }) => id.S.startsWith(prefix));
        return json(200, { Items: found.map(({ id }) => ({ id })) });
      }
      default:
        return json(400, { __type: 'x#UnknownOperationException' });
    }
  }
}

export interface Units {
  writes: number;
  reads: number;
  writeUnits: number;
  readUnits: number;
  /** Requests that met a fault. */
  throttled: number;
  lost: number;
  late: number;
  twice: number;
}

/** Probabilities, per request. */
export interface Faults {
  readonly random: Random;
  throttled: number;
  /** It was written, and the answer never came. */
  lost: number;
  /** It is written some time after its client has given up. */
  late: number;
  /** It arrives twice, and the second answer is the one that comes back. */
  twice: number;
}

interface Item {
  readonly id: { readonly S: string };
  readonly data: { readonly B: string };
  readonly tag: { readonly S: string };
}

interface Body {
  readonly Key?: { readonly id: { readonly S: string } };
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeValues?: Readonly<Record<string, { readonly S?: string }>>;
}

const FAILED = 'ConditionalCheckFailedException';

const isWrite = ({ headers }: StoreRequest): boolean => /\.(Put|Delete)Item$/.test(headers!['x-amz-target']!);

/** Names and values in UTF-8. */
const sizeOf = ({ id, data, tag }: Item): number =>
  2 + Buffer.byteLength(id.S) + 4 + Buffer.byteLength(data.B, 'base64') + 3 + tag.S.length;

/** The larger of what was there and what comes; a condition that fails costs a write, too. */
const unitsOf = (size: number, before: Item | undefined): number =>
  Math.max(1, Math.ceil(Math.max(size, before === undefined ? 0 : sizeOf(before)) / 1024));

function holds({ ConditionExpression: condition, ExpressionAttributeValues: values }: Body, before: Item | undefined) {
  if (condition === 'attribute_not_exists(id)') return before === undefined;
  return condition === undefined || before?.tag.S === values?.[':tag']?.S;
}

const json = (status: number, body: object): StoreAnswer => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(body)),
});
