import { writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSecureContext, createServer, type SecureContext, type TLSSocket } from 'node:tls';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';

/**
 * AWS as far as the benchmark needs it, in a process of its own: DynamoDB's answer to GetItem, S3's to GET and PUT. As little of a server as can be, so
 * that what is measured is what stands before it. Arguments: where to write its CA; prints {"near","far"}, two ports, the second of which
 * answers after 5 ms.
 */
const authority = createCertificateAuthority(new Date());
writeFileSync(process.argv[2] as string, authority.certificatePem);

const item = Buffer.from('{"Item":{"id":{"S":"42"},"name":{"S":"widget"},"price":{"N":"9.99"},"stock":{"N":"17"}}}');
const ITEM = Buffer.concat([
  Buffer.from(
    'HTTP/1.1 200 OK\r\nServer: Server\r\nDate: Wed, 25 Nov 2026 12:00:00 GMT\r\nContent-Type: application/x-amz-json-1.0\r\n' +
      `Content-Length: ${item.length}\r\nConnection: keep-alive\r\nx-amzn-RequestId: 7H2V6C5RTN4KQNSO5AEMVJF66Q9ASUAAJG\r\n\r\n`,
  ),
  item,
]);
const STORED = Buffer.from('HTTP/1.1 200 OK\r\nETag: "d41d8cd98f00b204e9800998ecf8427e"\r\nContent-Length: 0\r\n\r\n');
const BLOCK = Buffer.alloc(64 * 1024, 'r');

function serve(socket: TLSSocket, delayMs: number): void {
  let head = '';
  let left = 0;
  let waiting: Buffer | null = null;
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    let at = 0;
    while (at < bytes.length) {
      if (waiting !== null) {
        const taken = Math.min(left, bytes.length - at);
        left -= taken;
        at += taken;
        if (left === 0) {
          answer(waiting);
          waiting = null;
        }
        continue;
      }
      head += bytes.toString('latin1', at);
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      at = bytes.length - (head.length - end - 4);
      const text = head.slice(0, end);
      head = '';
      left = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0);
      if (text.startsWith('GET ')) {
        stream(Number(/\r\nx-bench-bytes: *(\d+)/i.exec(text)?.[1] ?? 0));
        continue;
      }
      const ready = text.startsWith('PUT ') ? STORED : ITEM;
      if (left === 0) answer(ready);
      else waiting = ready;
    }
  });

  function answer(bytes: Buffer): void {
    if (delayMs === 0) socket.write(bytes);
    else setTimeout(() => socket.write(bytes), delayMs);
  }

  function stream(size: number): void {
    let rest = size;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Type: binary/octet-stream\r\nContent-Length: ${size}\r\n\r\n`);
    const more = () => {
      while (rest > 0) {
        const part = rest >= BLOCK.length ? BLOCK : BLOCK.subarray(0, rest);
        rest -= part.length;
        if (!socket.write(part)) {
          socket.once('drain', more);
          return;
        }
      }
    };
    more();
  }
}

/** As any server has them: a sensor's own are made for loopback. */
const contexts = new Map<string, SecureContext>();
function contextFor(name: string): SecureContext {
  const known = contexts.get(name);
  if (known !== undefined) return known;
  const { certificatePem: cert, keyPem: key } = authority.leafFor(name);
  const context = createSecureContext({ cert, key });
  contexts.set(name, context);
  return context;
}

async function listen(delayMs: number): Promise<number> {
  const server = createServer(
    { noDelay: true, SNICallback: (name, done) => done(null, contextFor(name.toLowerCase())) },
    (socket) => serve(socket, delayMs),
  );
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }, resolve));
  return (server.address() as AddressInfo).port;
}

console.log(JSON.stringify({ near: await listen(0), far: await listen(5) }));
