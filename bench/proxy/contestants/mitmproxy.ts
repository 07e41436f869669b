import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start, stop } from '../processes.ts';
import { type Contestant, throughPort } from './contestant.ts';
import { peersFolder } from './peers.ts';
import { listening } from './squid.ts';

const program = join(peersFolder, 'venv/bin/mitmdump');

/** Names lead to loopback below mitmproxy: an address changed in a hook would keep it from using its connections again. */
const ADDON = `
import socket
resolve = socket.getaddrinfo
socket.getaddrinfo = lambda host, *rest, **named: resolve("127.0.0.1", *rest, **named)
addons = []
`;

export const mitmproxy: Contestant = {
  name: 'mitmproxy',
  what: 'mitmdump, bodies streamed, no flows kept',
  missing: () => (existsSync(program) ? null : `no ${program} (PyPI: mitmproxy)`),
  async start({ upstream, folder, port }) {
    const addon = join(folder, 'way.py');
    const home = join(folder, 'mitmproxy');
    mkdirSync(home);
    writeFileSync(addon, ADDON);
    const options = {
      confdir: home,
      ssl_verify_upstream_trusted_ca: upstream.caFile,
      connection_strategy: 'lazy',
      stream_large_bodies: '64k',
    };
    const args = Object.entries(options).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
    const child = start(program, ['-q', '--listen-host', '127.0.0.1', '-p', `${port}`, '-s', addon, ...args], {
      cwd: folder,
    });
    await listening(port, () => child.process.exitCode !== null && child.said());
    return {
      pid: child.process.pid ?? null,
      caPem: readFileSync(join(home, 'mitmproxy-ca-cert.pem'), 'utf8'),
      route: throughPort(port, upstream),
      stop: () => stop(child),
    };
  },
};
