import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll } from 'vitest';
import { makeCertificates } from '../../examples/demo/aws/certificates.ts';

/** AWS on loopback as one HTTPS server with a CA of this test's own; it answers whatever `listener` does. */
export async function startUpstream(listener: RequestListener) {
  const { caPem, key, certificate } = await makeCertificates([
    '*.amazonaws.com',
    '*.us-east-1.amazonaws.com',
    '*.s3.us-east-1.amazonaws.com',
    'other.example',
  ]);
  const arrived: string[] = [];
  const server = createServer({ key, cert: certificate }, (request, response) => {
    arrived.push(`${request.method} ${request.headers.host}${request.url}`);
    listener(request, response);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, caPem, arrived, connectTo: `*:443=127.0.0.1:${port}` };
}
