import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, proxyTo, recorder, until, upstreamTcp } from './harness.ts';
import { ok } from './messages.ts';

afterEach(closeAll);

describe('plain HTTP through the proxy', () => {
  it('is egress, and goes on in origin form', async () => {
    let seen = '';
    const port = await upstreamTcp((socket) => {
      socket.on('data', (bytes) => {
        seen += bytes;
        socket.write(ok());
      });
    });
    const { inspector, heads, egress } = recorder();
    const { proxy } = await proxyTo(inspector, port);
    const { connect } = await import('node:net');
    const client = connect(proxy.port, '127.0.0.1');
    client.write('GET http://example.com/x?y HTTP/1.1\r\nHost: example.com\r\n\r\n');
    await until(client, (text) => text.endsWith('hello'));
    expect(seen).toBe('GET /x?y HTTP/1.1\r\nHost: example.com\r\n\r\n');
    expect(heads).toEqual([]);
    expect(egress[0]?.outcome).toMatchObject({ connected: true });
    client.write(
      'GET http://sqs.internal/ HTTP/1.1\r\nHost: sqs.internal\r\nAuthorization: AWS4-HMAC-SHA256 x\r\n\r\n',
    );
    await until(client, (text) => text.endsWith('hello'));
    expect(heads[0]).toMatchObject({ scheme: 'http', target: 'http://sqs.internal/' });
    client.destroy();
  });
});
