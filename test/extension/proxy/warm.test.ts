import { afterEach, describe, expect, it } from 'vitest';
import type { RequestHead } from '../../../extension/identify/request.ts';
import { createCertificateAuthority } from '../../../extension/proxy/certificate-authority.ts';
import { FirstClient } from '../../../extension/proxy/first-client.ts';
import { startProxy } from '../../../extension/proxy/proxy.ts';
import { rehearse } from '../../../extension/proxy/rehearsal.ts';
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
    await proxy.warm([HOST], true, async () => recorder().inspector);
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
    await proxy.warm([HOST], false, async () => understudy.inspector);
    expect(understudy.heads).toHaveLength(6);
    expect([...heads, ...egress, ...faults]).toEqual([]);
    expect(seen).toEqual({ connections: 0, requests: 0 });
  });

  it('dials before it rehearses, and ends when a client comes', async () => {
    const { port, seen } = await counting();
    const { inspector } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    const understudy = recorder();
    let client: Awaited<ReturnType<typeof direct>> | null = null;
    await proxy.warm([HOST], true, async () => {
      await when(() => seen.connections === 1);
      client = await direct(proxy.port, ca);
      return understudy.inspector;
    });
    expect(understudy.heads).toEqual([]);
    expect(proxy.occupied()).toBe(true);
    (client as unknown as Awaited<ReturnType<typeof direct>>).destroy();
  });

  it('breaks a rehearsal off that has begun', async () => {
    const understudy = recorder();
    const client = new FirstClient();
    const interrupting = {
      ...understudy.inspector,
      request: (head: RequestHead) => {
        client.comes();
        return understudy.inspector.request(head);
      },
    };
    await rehearse(startProxy, createCertificateAuthority(new Date()), interrupting, HOST, null, client);
    expect(understudy.heads).toHaveLength(1);
  });

  it('says nothing of an expected host that cannot be reached', async () => {
    const { inspector, faults } = recorder();
    const { proxy } = await proxyTo(inspector, 1);
    await proxy.warm([HOST, 'sts.us-east-1.amazonaws.com'], true, async () => recorder().inspector);
    expect(faults).toEqual([]);
  });
});
