import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { connect, createSecureContext, TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { addressFor, parseConnectTo } from '../../../extension/proxy/connect-to.ts';

/** Decrypts, encrypts, and looks at nothing: one upstream connection for each client's. What Node's TLS costs whoever stands between. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'connect-to': { type: 'string', multiple: true }, 'upstream-ca': { type: 'string' } },
});
const authority = createCertificateAuthority(new Date());
const connectTo = (values['connect-to'] ?? []).map(parseConnectTo);
const secureContext = createSecureContext({ ca: readFileSync(values['upstream-ca'] as string, 'utf8') });

const server = createServer({ noDelay: true }, (client) => {
  client.on('error', () => {});
  client.once('data', (head) => {
    const [, host = '', port = ''] = /^CONNECT ([^:]+):(\d+) /.exec(head.toString('latin1')) ?? [];
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const near = new TLSSocket(client, { isServer: true, secureContext: authority.contextFor(host) });
    const far = connect({ ...addressFor(connectTo, host, Number(port)), servername: host, secureContext });
    far.setNoDelay(true);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => to.write(bytes) || from.pause());
      to.on('drain', () => from.resume());
      from.on('error', () => {});
      from.on('close', () => to.destroy());
    }
  });
});
server.listen(Number(positionals[0]), '127.0.0.1', () => {
  writeFileSync('ca.pem', authority.certificatePem);
  console.log(JSON.stringify({ proxy: `http://127.0.0.1:${positionals[0]}`, caFile: 'ca.pem' }));
});
process.on('SIGTERM', () => process.exit(0));
