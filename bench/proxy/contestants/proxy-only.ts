import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { parseConnectTo } from '../../../extension/proxy/connect-to.ts';
import { startProxy } from '../../../extension/proxy/proxy.ts';

/** The proxy alone, in a process of its own. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'connect-to': { type: 'string', multiple: true }, 'upstream-ca': { type: 'string' } },
});
const authority = createCertificateAuthority(new Date());
const proxy = await startProxy({
  inspector: {
    intercepts: (host) => host.endsWith('.amazonaws.com'),
    request: () => ({
      kind: 'decided',
      decision: { kind: 'forward', keepOfErrors: 4_096, keepOfAll: 0, isolate: false, ended() {} },
    }),
    egress: () => ({ kind: 'tunnel', ended() {} }),
    fault() {},
  },
  port: Number(positionals[0] ?? 0),
  certificateAuthority: authority,
  unread: 'tunnel',
  connectTo: (values['connect-to'] ?? []).map(parseConnectTo),
  upstreamCa: values['upstream-ca'] === undefined ? null : readFileSync(values['upstream-ca'], 'utf8'),
  socketPath: `${process.cwd()}/local/socket`,
});
writeFileSync('ca.pem', authority.certificatePem);
console.log(
  JSON.stringify({
    proxy: `http://127.0.0.1:${proxy.port}`,
    caFile: 'ca.pem',
    ...(proxy.socketPath === null ? {} : { socket: proxy.socketPath }),
  }),
);
process.on('SIGTERM', () => process.exit(0));
