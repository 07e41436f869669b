import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { makeCertificates } from './certificates.ts';
import { createCollector } from './collector.ts';
import { startDynamoDb, type Tables } from './dynamodb.ts';
import { type Arrival, type Endpoint, targetOperation } from './endpoint.ts';
import { createKms } from './kms.ts';
import { createS3 } from './s3.ts';
import { createSes } from './ses.ts';
import { createSqs } from './sqs.ts';

/**
 * AWS as this machine plays it: one HTTPS listener on loopback for all of *.amazonaws.com and for one host that is not AWS. DynamoDB is dynalite, the others
 * keep and answer what the demo needs. No signature is verified and no policy applied: whatever arrives is carried out, and counted.
 */
export interface LocalAws {
  readonly port: number;
  /** Of the CA that this run has made. */
  readonly caPem: string;
  readonly s3: ReturnType<typeof createS3>;
  readonly sqs: ReturnType<typeof createSqs>;
  readonly kms: ReturnType<typeof createKms>;
  readonly ses: ReturnType<typeof createSes>;
  readonly collector: ReturnType<typeof createCollector>;
  /** How many requests have arrived so far, by `service:Operation`, for S3 `s3:Operation bucket`. */
  arrived(name: string): number;
  /** All of them. */
  arrivals(): number;
  close(): Promise<void>;
}

export async function startLocalAws(options: {
  readonly region: string;
  readonly tables: Tables;
  /** The host that is not AWS. */
  readonly elsewhere: string;
}): Promise<LocalAws> {
  const { region, tables, elsewhere } = options;
  const [certificates, dynamodb] = await Promise.all([
    makeCertificates([
      `*.${region}.amazonaws.com`,
      `*.s3.${region}.amazonaws.com`,
      `*.ddb.${region}.amazonaws.com`,
      elsewhere,
    ]),
    startDynamoDb(region, tables),
  ]);
  const endpoints = {
    s3: createS3(),
    sqs: createSqs(),
    kms: createKms(),
    ses: createSes(),
    egress: createCollector(elsewhere),
  };
  const counts = new Map<string, number>();
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = `${request.headers.host}`.replace(/:\d+$/, '').toLowerCase();
    if (host.startsWith('dynamodb.') || host.includes('.ddb.')) {
      count(`dynamodb:${targetOperation({ headers: request.headers } as Arrival)}`);
      dynamodb.server.emit('request', request, response);
      return;
    }
    const found = Object.entries(endpoints).find(([, { serves }]) => serves(host)) as [string, Endpoint] | undefined;
    if (found === undefined) {
      count(`unknown:${host}`);
      response.writeHead(404).end();
      return;
    }
    const [service, endpoint] = found;
    const body: Buffer[] = [];
    for await (const part of request) body.push(part as Buffer);
    const url = new URL(request.url ?? '/', `https://${host}`);
    const arrival = { method: request.method ?? '', host, url, headers: request.headers, body: Buffer.concat(body) };
    const operation = endpoint.operation(arrival);
    const resource = endpoint.resource?.(arrival);
    count(`${service}:${operation}${resource === undefined ? '' : ` ${resource}`}`);
    const reply = endpoint.answer(arrival, operation);
    const length = { 'content-length': `${Buffer.byteLength(reply.body)}` };
    response.writeHead(reply.status, reply.status === 204 ? reply.headers : { ...reply.headers, ...length });
    response.end(reply.body);
  }

  const sockets = new Set<Socket>();
  const server = createServer({ key: certificates.key, cert: certificates.certificate }, (request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caPem: certificates.caPem,
    s3: endpoints.s3,
    sqs: endpoints.sqs,
    kms: endpoints.kms,
    ses: endpoints.ses,
    collector: endpoints.egress,
    arrived: (name) => counts.get(name) ?? 0,
    arrivals: () => [...counts.values()].reduce((sum, n) => sum + n, 0),
    async close() {
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await Promise.all([closed, dynamodb.close()]);
    },
  };
}
