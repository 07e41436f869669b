import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, direct, HOST, proxyTo, recorder, until, upstreamRaw, when } from './harness.ts';

afterEach(closeAll);

const GET = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

/** An upstream that counts. */
async function counting() {
  const seen = { connections: 0, requests: 0 };
  const port = await upstreamRaw((socket) => {
    seen.connections++;
    socket.on('data', () => {
      seen.requests++;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  return { port, seen };
}

describe('before the first call', () => {
  it('connects to where the first call will go, and that call uses the connection', async () => {
    const { port, seen } = await counting();
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    await proxy.warm([HOST], true, recorder().inspector);
    await when(() => seen.connections === 1);
    expect(seen.requests).toBe(0);
    const client = await direct(proxy.port, ca);
    client.write(GET);
    expect(await until(client, (text) => text.endsWith('ok'))).toMatch(/^HTTP\/1\.1 200/);
    client.destroy();
    expect(seen).toEqual({ connections: 1, requests: 1 });
    expect(heads).toHaveLength(1);
  });

  it('rehearses with an understudy: nothing leaves, and the inspector that judges sees nothing', async () => {
    const { port, seen } = await counting();
    const { inspector, heads, egress, faults } = recorder();
    const understudy = recorder();
    const { proxy } = await proxyTo(inspector, port);
    await proxy.warm([HOST], false, understudy.inspector);
    expect(understudy.heads.length).toBeGreaterThan(0);
    expect([...heads, ...egress, ...faults]).toEqual([]);
    expect(seen).toEqual({ connections: 0, requests: 0 });
  });

  it('says nothing of an expected host that cannot be reached', async () => {
    const { inspector, faults } = recorder();
    const { proxy } = await proxyTo(inspector, 1);
    await proxy.warm([HOST, 'sts.us-east-1.amazonaws.com'], true, recorder().inspector);
    expect(faults).toEqual([]);
  });
});
