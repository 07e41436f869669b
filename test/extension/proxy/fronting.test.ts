import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, connectThrough, proxyTo, recorder, upstreamHttps, when } from './harness.ts';

afterEach(closeAll);

/** CONNECT to one host, then a TLS hello that names another, behind the same address. */
async function fronted(serverName: string, approved: readonly string[]) {
  const arrived: string[] = [];
  const port = await upstreamHttps((req, res) => {
    arrived.push(req.headers.host ?? '');
    res.end('ok');
  }, serverName);
  const seen = recorder();
  const egress = seen.inspector.egress;
  const inspector = {
    ...seen.inspector,
    egress: (target: Parameters<typeof egress>[0]) =>
      approved.includes(target.host) ? egress(target) : { kind: 'refuse' as const, reason: 'not approved', ended() {} },
  };
  const { proxy } = await proxyTo(inspector, port);
  const { socket } = await connectThrough(proxy.port, 'api.stripe.com:443');
  const client = connectTls({ socket, servername: serverName, rejectUnauthorized: false });
  client.on('error', () => {});
  client.on('secureConnect', () => client.write(`GET / HTTP/1.1\r\nHost: ${serverName}\r\nConnection: close\r\n\r\n`));
  client.resume();
  await new Promise((resolve) => client.on('close', resolve));
  return { arrived, seen };
}

describe('a tunnel whose hello names another host than it was asked for', () => {
  it('is one to that host too, which must be approved', async () => {
    const { arrived } = await fronted('d111.evil.example', ['api.stripe.com']);
    expect(arrived).toEqual([]);
  });

  it('goes through where both are, and both are recorded', async () => {
    const { arrived, seen } = await fronted('cdn.stripe.example', ['api.stripe.com', 'cdn.stripe.example']);
    expect(arrived).toEqual(['cdn.stripe.example']);
    await when(() => seen.egress.every(({ outcome }) => outcome !== undefined));
    expect(seen.egress.map(({ target }) => target.host)).toEqual(['api.stripe.com', 'cdn.stripe.example']);
  });

  it('is as ever where the names are the same', async () => {
    const { arrived, seen } = await fronted('api.stripe.com', ['api.stripe.com']);
    expect(arrived).toEqual(['api.stripe.com']);
    expect(seen.egress).toHaveLength(1);
  });
});
