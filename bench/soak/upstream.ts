import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCertificateAuthority } from '../../extension/proxy/certificate-authority.ts';

/**
 * An endpoint with faults, in a process of its own. Each answer repeats the request's number, so that no client can take another's for its own. Argument: where to write its
 * CA; prints {"port"}.
 */
const authority = createCertificateAuthority(new Date());
writeFileSync(process.argv[2] as string, authority.certificatePem);
const chance = (percent: number): boolean => Math.random() * 100 < percent;

const server = createServer(
  // Below two seconds Node's client takes the announced time for none and never uses a connection again: a soak of handshakes only.
  { SNICallback: (name, done) => done(null, authority.contextFor(name)), keepAliveTimeout: 2_000 },
  (req, res) => {
    let size = 0;
    req.on('data', (bytes: Buffer) => {
      size += bytes.length;
    });
    req.on('end', () => {
      const text = `${req.headers['x-number']}:${size}`;
      // Lost before the first byte: the client has to see that, and nothing else.
      if (chance(0.5)) return void req.socket.destroy();
      if (chance(2)) res.setHeader('connection', 'close');
      const answer = () => {
        if (chance(1)) {
          res.write(`${text}\n`);
          res.write(Buffer.alloc(300_000, 'x'));
          res.end();
        } else if (chance(10)) {
          // In pieces, chunked.
          res.write(text.slice(0, 1));
          setTimeout(() => res.end(`${text.slice(1)}\n`), 2);
        } else res.end(`${text}\n`);
      };
      if (chance(5)) setTimeout(answer, Math.random() * 50);
      else answer();
    });
  },
);
server.listen({ port: 0, host: '127.0.0.1', backlog: 512 }, () =>
  console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })),
);
