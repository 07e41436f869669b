import { afterEach, describe, expect, it, vi } from 'vitest';
import { all, closeAll, direct, proxyTo, recorder, until, upstreamRaw } from './harness.ts';
import { GET, ok } from './messages.ts';

afterEach(closeAll);

describe('a connection upstream', () => {
  it('shows a reset of the upstream as a lost connection', async () => {
    const port = await upstreamRaw((socket) => socket.once('data', () => socket.destroy()));
    const { inspector, outcomes } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    expect(await all(client)).toBe('');
    expect(outcomes[0]).toMatchObject({ status: null, aborted: 'upstream' });
  });

  it('repeats a GET, and only that, when a kept connection dies before the answer', async () => {
    let connections = 0;
    const seen: string[] = [];
    const port = await upstreamRaw((socket) => {
      const mine = ++connections;
      let requests = 0;
      socket.on('data', (bytes) => {
        seen.push(`${mine} ${bytes.toString('latin1').split(' ')[0]}`);
        if (mine === 1 && ++requests > 1) socket.destroy();
        else socket.write(ok());
      });
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    expect(seen).toEqual(['1 GET', '1 GET', '2 GET']);
    client.destroy();
  });

  it('sends nothing to an upstream whose certificate does not verify', async () => {
    let bytes = 0;
    const port = await upstreamRaw((socket) => socket.on('data', (part) => (bytes += part.length)), 'evil.example.com');
    const { inspector, faults } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    expect(await all(client)).toBe('');
    expect([bytes, faults]).toEqual([0, ['upstream-certificate']]);
  });

  it('takes no kept connection that may have died in a freeze', async () => {
    let connections = 0;
    const port = await upstreamRaw((socket) => {
      connections++;
      socket.on('data', () => socket.write(ok()));
    });
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    const now = Date.now();
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now + 60_000);
    try {
      client.write(GET);
      await until(client, (text) => text.endsWith('hello'));
    } finally {
      clock.mockRestore();
    }
    expect(connections).toBe(2);
    client.destroy();
  });
});
