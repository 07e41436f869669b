import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

type Dynalite = (options: { createTableMs: number }) => Server;

export interface LocalDynamoDb {
  /** Its `request` listener answers what the HTTPS front hands over. */
  readonly server: Server;
  close(): Promise<void>;
}

/** Tables as name → key attribute and first items, all strings. */
export type Tables = Readonly<
  Record<string, { readonly key: string; readonly items: readonly Record<string, string>[] }>
>;

/** dynalite, an implementation of DynamoDB from npm, in memory, with these tables. Its own plain listener is only for filling it. */
export async function startDynamoDb(region: string, tables: Tables): Promise<LocalDynamoDb> {
  const { default: dynalite } = (await import('dynalite' as string)) as { default: Dynalite };
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  const client = new DynamoDBClient({
    region,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'filling', secretAccessKey: 'filling' },
  });
  for (const [TableName, { key, items }] of Object.entries(tables)) {
    await client.send(
      new CreateTableCommand({
        TableName,
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    for (const item of items) {
      const Item = Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));
      await client.send(new PutItemCommand({ TableName, Item }));
    }
  }
  client.destroy();
  return {
    server,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
