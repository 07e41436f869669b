import { connect } from 'node:net';
import { duplexPair } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { joinDuplex } from '../../../extension/proxy/tunnel.ts';
import { closeAll, proxyTo, recorder, upstreamTcp, when } from './harness.ts';

afterEach(closeAll);

describe('a tunnel', () => {
  it('is ended towards the server where the client went away while that was dialled', async () => {
    let ended = 0;
    // It keeps connections open whatever its clients do.
    const port = await upstreamTcp((socket) => socket.on('end', () => ended++).resume());
    const { proxy } = await proxyTo(recorder().inspector, port);
    for (let n = 0; n < 5; n++) {
      const client = connect(proxy.port, '127.0.0.1');
      client.write('CONNECT api.stripe.com:443 HTTP/1.1\r\nHost: api.stripe.com:443\r\n\r\n');
      client.on('connect', () => client.end());
      client.on('error', () => {});
    }
    await when(() => ended === 5);
  });

  it('brings what the server says to a client that has ended its own side', async () => {
    const port = await upstreamTcp((socket) => socket.on('end', () => socket.end('hello')).resume());
    const { proxy } = await proxyTo(recorder().inspector, port);
    const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    client.end('CONNECT mail.example:443 HTTP/1.1\r\nHost: mail.example:443\r\n\r\n');
    let text = '';
    for await (const part of client) text += part;
    expect(text).toMatch(/^HTTP\/1\.1 200 .*hello$/s);
  });

  it('that is closed on one side and silent on the other ends', async () => {
    const [client, near] = duplexPair();
    const [far, server] = duplexPair();
    server.resume();
    client.resume();
    client.on('error', () => {});
    const ended = new Promise<void>((resolve) => joinDuplex(near, far, () => resolve(), 1));
    client.end();
    await ended;
    expect([near.destroyed, far.destroyed]).toEqual([true, true]);
  });
});
