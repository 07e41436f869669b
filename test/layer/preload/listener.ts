import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import * as x509 from '@peculiar/x509';

/** Stands where the sensor's listener stands: answers TLS for any of `names`, CONNECT and plain HTTP, and remembers what came which way. */
export interface Listener {
  readonly port: number;
  readonly caPem: string;
  /** `tls h1 GET s3.amazonaws.com /x`, `connect host:port`, `plain GET http://…`. */
  readonly seen: string[];
  close(): Promise<void>;
}

export async function startListener(names: readonly string[], refuse: RegExp = /^$/): Promise<Listener> {
  const { caPem, key, cert } = await certificates(names);
  const seen: string[] = [];
  const answer = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => {
    const host = request.headers[':authority'] ?? request.headers.host;
    const sni = (request.socket as { servername?: string | false }).servername || '-';
    seen.push(`tls h${request.httpVersionMajor} ${request.method} ${host} ${request.url} sni=${sni}`);
    response.setHeader('content-type', 'application/json');
    (response as ServerResponse).end('{}');
  };
  const secure = createSecureServer({ key, cert, allowHTTP1: true }, answer);
  const plain = createHttp((request, response) => {
    seen.push(`plain ${request.method} ${request.url} host=${request.headers.host}`);
    response.end('{}');
  });
  const sockets = new Set<Socket>();
  /** The first bytes decide; they are put back. */
  const peek = (socket: Socket, then: (first: Buffer) => void) =>
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      socket.unshift(first);
      then(first);
    });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    peek(socket, (first) => {
      if (first[0] === 0x16) return secure.emit('connection', socket);
      const target = /^CONNECT (\S+)/.exec(first.toString('latin1'))?.[1];
      if (target === undefined) return plain.emit('connection', socket);
      seen.push(`connect ${target}`);
      socket.read();
      if (refuse.test(target)) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      return peek(socket, () => secure.emit('connection', socket));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    caPem,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function certificates(names: readonly string[]): Promise<{ caPem: string; key: string; cert: string }> {
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const generate = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
  const [caKeys, keys] = await Promise.all([generate(), generate()]);
  const dates = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: 'CN=test CA',
    ...dates,
    signingAlgorithm: algorithm,
    keys: caKeys as never,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: 'CN=test',
    issuer: ca.subject,
    ...dates,
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey as never,
    signingKey: caKeys.privateKey as never,
    extensions: [
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: /^[\d.]+$/.test(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    caPem: ca.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    cert: leaf.toString('pem'),
  };
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;
