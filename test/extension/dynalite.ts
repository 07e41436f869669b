import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Send } from '../../baseline/store/key-value.ts';
import { createDirect } from '../../extension/alerts/transport/direct.ts';
import { createSend } from '../../extension/fleet/send.ts';
import { createCertificateAuthority } from '../../extension/proxy/certificate-authority.ts';

const REGION = 'us-east-1';
const OWNER = { accessKeyId: 'AKIARTX3GSDSV2OWNER7', secretAccessKey: 'owner' };

/** dynalite behind TLS, under the name of DynamoDB's endpoint. */
export interface Dynalite {
  /** As the stores reach it. */
  readonly send: Send;
  /** Past TLS and the store. */
  readonly client: DynamoDBClient;
  createTable(name: string): Promise<void>;
  /** Of all items, sorted. */
  ids(table: string): Promise<string[]>;
  close(): Promise<void>;
}

export async function startDynalite(): Promise<Dynalite> {
  const { default: dynalite } = (await import('dynalite' as string)) as { default: (options: object) => Server };
  const authority = createCertificateAuthority(new Date());
  const back = dynalite({ createTableMs: 0 });
  const leaf = authority.leafFor(`dynamodb.${REGION}.amazonaws.com`);
  const front = createServer(
    { key: leaf.keyPem, cert: leaf.certificatePem },
    (req, res) => void back.emit('request', req, res),
  );
  await new Promise<void>((resolve) => back.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const port = (front.address() as AddressInfo).port;
  const endpoint = `http://127.0.0.1:${(back.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({ region: REGION, endpoint, credentials: OWNER });
  return {
    client,
    send: createSend({
      region: REGION,
      credentials: async () => OWNER,
      direct: createDirect({ route: () => ({ host: '127.0.0.1', port }), ca: authority.certificatePem }),
      timeoutMs: 60_000,
    }),
    async createTable(name) {
      await client.send(createTable(name));
    },
    async ids(table) {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ProjectionExpression: 'id' }));
      return Items.map(({ id }) => id!.S!).sort();
    },
    async close() {
      client.destroy();
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await new Promise((resolve) => back.close(resolve));
    },
  };
}

/** A table as template.yaml has it. */
export const createTable = (TableName: string) =>
  new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  });
