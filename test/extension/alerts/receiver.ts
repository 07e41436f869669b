import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificates } from '../../../examples/demo/aws/certificates.ts';

export interface Received {
  readonly host: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** An HTTPS server of our own under the names that sinks ask for: it answers as the service would, or fails as it is told. */
export interface Receiver {
  readonly port: number;
  readonly caPem: string;
  readonly received: Received[];
  /** Status of the next answers; null never answers. */
  status: number | null;
  close(): Promise<void>;
}

/** What the services answer where all is well. */
const GOOD: Readonly<Record<string, string>> = {
  sns: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
  events: '{"FailedEntryCount":0,"Entries":[]}',
  securityhub: '{"FailedCount":0,"SuccessCount":1}',
};

export async function startReceiver(): Promise<Receiver> {
  const { caPem, certificate, key } = await makeCertificates([
    '*.eu-west-1.amazonaws.com',
    'hooks.example',
    'localhost',
    '127.0.0.1',
  ]);
  const received: Received[] = [];
  const receiver = { status: 200 as number | null };
  // It runs in the tests' own process, which may be busy for longer than a server waits by default.
  const patient = { handshakeTimeout: 0x7fff_ffff, headersTimeout: 0, requestTimeout: 0 };
  const server: Server = createServer({ cert: certificate, key, ...patient }, (request, response) => {
    let body = '';
    request.setEncoding('latin1');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const host = request.headers.host ?? '';
      received.push({ host, path: request.url ?? '', headers: request.headers, body });
      if (receiver.status === null) return;
      const good = receiver.status < 300;
      response.writeHead(receiver.status, { 'content-type': 'application/json' });
      response.end(
        good
          ? (GOOD[host.split('.')[0] ?? ''] ?? '{}')
          : '{"__type":"AccessDeniedException","message":"key TOPSECRET"}',
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(receiver, {
    port: (server.address() as AddressInfo).port,
    caPem,
    received,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
