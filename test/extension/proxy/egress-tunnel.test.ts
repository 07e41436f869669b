import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import {
  closeAll,
  connectThrough,
  direct,
  HOST,
  proxyTo,
  recorder,
  until,
  upstreamRaw,
  upstreamTcp,
  when,
} from './harness.ts';
import { GET, ok } from './messages.ts';

afterEach(closeAll);

describe('a tunnel', () => {
  it('passes bytes both ways, half-closed sides too, and is recorded when it closes', async () => {
    const port = await upstreamTcp((socket) => {
      let text = '';
      socket.on('data', (bytes) => {
        text += bytes;
      });
      socket.on('end', () => socket.end(`got ${text}`));
    });
    const { inspector, egress } = recorder();
    const { proxy } = await proxyTo(inspector, port);
    const { socket } = await connectThrough(proxy.port, 'example.com:9000');
    socket.write('some');
    socket.end('thing');
    expect(await until(socket, (text) => text.includes('something'))).toBe('got something');
    await when(() => egress[0]?.outcome !== undefined);
    expect(egress[0]).toMatchObject({
      target: { host: 'example.com', port: 9000, sni: null },
      outcome: { connected: true, bytesOut: 9, bytesIn: 13 },
    });
  });

  it('lets a server speak first', async () => {
    let accepted: (server: Socket) => void = () => {};
    const server = new Promise<Socket>((resolve) => {
      accepted = resolve;
    });
    const port = await upstreamTcp((socket) => accepted(socket));
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, port);
    const { socket } = await connectThrough(proxy.port, 'mail.example.com:25');
    const heard = until(socket, (text) => text.includes('ready'));
    // Not before: it could come together with the answer to CONNECT.
    (await server).write('220 ready\r\n');
    expect(await heard).toContain('220 ready');
    socket.destroy();
  });

  it('is refused with 403 before it is opened', async () => {
    const { inspector } = recorder({ egress: () => ({ kind: 'refuse', reason: 'not approved', ended() {} }) });
    const { proxy } = await proxyTo(inspector, 1);
    const { answer } = await connectThrough(proxy.port, 'example.com:443');
    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*not approved/);
  });

  it('answers 502 where the host cannot be reached', async () => {
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, 1);
    const { answer } = await connectThrough(proxy.port, 'example.com:443');
    expect(answer).toMatch(/^HTTP\/1\.1 502 /);
  });

  it('is no way to AWS: a hello for an endpoint in a tunnel to another host is opened', async () => {
    const port = await upstreamRaw((socket) => socket.on('data', () => socket.write(ok())));
    const { inspector, heads } = recorder();
    const { proxy, ca } = await proxyTo(inspector, port);
    for (const authority of ['front.example.com:443', '192.0.2.1:443']) {
      const { socket } = await connectThrough(proxy.port, authority);
      const client = connectTls({ socket, ca, servername: HOST });
      client.write(GET);
      await until(client, (text) => text.endsWith('hello'));
      expect(heads.at(-1)).toMatchObject({ sni: HOST, connect: authority });
      client.destroy();
    }
  });
});

describe('without a certificate authority', () => {
  it('tunnels AWS connections unread', async () => {
    const port = await upstreamRaw((socket) => socket.on('data', () => socket.write(ok())));
    const { inspector, heads } = recorder();
    const { proxy } = await proxyTo(inspector, port, { readable: false });
    const { upstreamAuthority } = await import('./harness.ts');
    const client = await direct(proxy.port, upstreamAuthority.certificatePem);
    client.write(GET);
    await until(client, (text) => text.endsWith('hello'));
    client.destroy();
    const { socket } = await connectThrough(proxy.port, `${HOST}:443`);
    const second = connectTls({ socket, ca: upstreamAuthority.certificatePem, servername: HOST });
    second.write(GET);
    await until(second, (text) => text.endsWith('hello'));
    second.destroy();
    expect(heads).toEqual([]);
  });

  it('refuses them where it is to fail closed', async () => {
    const { inspector } = recorder();
    const { proxy } = await proxyTo(inspector, 1, { readable: false, unread: 'refuse' });
    const { answer } = await connectThrough(proxy.port, `${HOST}:443`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });
});
