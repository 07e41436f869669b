import { Agent, type AgentOptions } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Distance, OWN_KEY, REGION, type Running } from '../contestants/contestant.ts';

export interface SdkClient {
  getItem(): Promise<unknown>;
  close(): void;
}

/** The JS SDK's own DynamoDB client; only its agent knows the way. */
export function sdkClient(running: Running, distance: Distance): SdkClient {
  const route = running.route(distance, 'dynamodb');
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  (agent as unknown as { createConnection: Connect }).createConnection = (_options, done) => {
    const socket = connectTcp({ ...route.dial, noDelay: true });
    const secure = () => connectTls({ socket, servername: route.host, ca: running.caPem });
    if (route.connect === null) return secure();
    socket.on('error', done);
    socket.write(`CONNECT ${route.connect} HTTP/1.1\r\nHost: ${route.connect}\r\n\r\n`);
    socket.once('data', () => done(null, secure()));
    return undefined;
  };
  const client = new DynamoDBClient({
    region: REGION[distance],
    endpoint: `https://${route.authority}`,
    credentials: { accessKeyId: OWN_KEY, secretAccessKey: 'bench', sessionToken: 'bench' },
    requestHandler: new NodeHttpHandler({ httpsAgent: agent }),
    maxAttempts: 1,
  });
  const input = { TableName: 'Orders', Key: { id: { S: '42' } } };
  return {
    getItem: () => client.send(new GetItemCommand(input)),
    close: () => {
      client.destroy();
      agent.destroy();
    },
  };
}

type Connect = (options: AgentOptions, done: (error: Error | null, socket?: unknown) => void) => unknown;
