import { Agent } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HeldBodies } from '../../../extension/proxy/held.ts';
import { all, closeAll, direct, HOST, proxyTo, recorder, until, upstreamHttps, when } from './harness.ts';
import { blockingShop, fields, good, KEY } from './shop.ts';

afterEach(closeAll);

const MIB = 1024 * 1024;

describe('bodies that are held share the room', () => {
  it('the largest gives way to one that comes later', () => {
    const held = new HeldBodies();
    const gone: string[] = [];
    const first = held.open(() => gone.push('first'));
    const second = held.open(() => gone.push('second'));
    expect(first.take(20 * MIB)).toBe(true);
    expect(second.take(11 * MIB)).toBe(true);
    const small = held.open(() => gone.push('small'));
    expect(small.take(2 * MIB)).toBe(true);
    expect(gone).toEqual(['first']);
    expect(second.take(10 * MIB)).toBe(true);
    expect(gone).toEqual(['first']);
  });

  it('one that is itself the largest has no more', () => {
    const held = new HeldBodies();
    const gone: string[] = [];
    const large = held.open(() => gone.push('large'));
    expect(large.take(30 * MIB)).toBe(true);
    expect(large.take(3 * MIB)).toBe(false);
    large.release();
    expect(held.open(() => {}).take(31 * MIB)).toBe(true);
    expect(gone).toEqual([]);
  });

  it('tiny pieces count for what they cost', () => {
    const held = new HeldBodies();
    const drip = held.open(() => {});
    let pieces = 0;
    while (drip.take(1)) pieces++;
    expect(pieces).toBeLessThan(200_000);
  });

  it('one that stands still is judged by what has come, one that grows is waited for', () => {
    vi.useFakeTimers();
    try {
      const held = new HeldBodies();
      const gone: string[] = [];
      held.open(() => gone.push('still'));
      const alive = held.open(() => gone.push('alive'));
      for (let seconds = 0; seconds < 60; seconds += 10) {
        alive.take(1);
        vi.advanceTimersByTime(10_000);
      }
      expect(gone).toEqual(['still']);
      alive.release();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('unfinished uploads in block mode', () => {
  /** The head of a call that the shop may make, and most of a body of 16 MiB. */
  async function unfinished(port: number, ca: string, size = 16 * MIB): Promise<TLSSocket> {
    const socket = await direct(port, ca);
    socket.on('error', () => {});
    const start = '{"TableName":"Orders","Key":{"id":{"S":"';
    socket.write(`POST / HTTP/1.1\r\n${fields('GetItem')}Content-Length: ${size}\r\n\r\n${start}`);
    await new Promise<void>((resolve) => socket.write(Buffer.alloc(size - start.length - 10, 'x'), () => resolve()));
    return socket;
  }

  it('however many, keep no ordinary call of an SDK from being judged and let through', async () => {
    const { sensor, seen } = await blockingShop();
    const ca = sensor.certificatePem ?? '';
    const uploads: TLSSocket[] = [];
    for (let n = 0; n < 4; n++) uploads.push(await unfinished(sensor.port, ca));
    const agent = new Agent({ keepAlive: true });
    agent.createConnection = ({ host }) =>
      connectTls({ host: '127.0.0.1', port: sensor.port, servername: host ?? HOST, ca });
    const client = new DynamoDBClient({
      region: 'us-east-1',
      credentials: { accessKeyId: KEY, secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
      requestHandler: { httpsAgent: agent },
      maxAttempts: 1,
    });
    for (let n = 0; n < 3; n++) {
      await client.send(new GetItemCommand({ TableName: 'Orders', Key: { id: { S: `${n}`.repeat(100_000) } } }));
    }
    expect(seen.length).toBe(3);
    // What had to give way was not let through for it.
    const answers = await Promise.all(
      uploads.slice(0, 2).map((socket) => until(socket, (text) => text.includes('\r\n\r\n'))),
    );
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 400/);
    for (const socket of uploads) socket.destroy();
    agent.destroy();
  });

  it('that stand still are refused, and no byte of them has left', async () => {
    const { sensor, seen } = await blockingShop();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const upload = await unfinished(sensor.port, sensor.certificatePem ?? '', 4_000);
      const answered = all(upload);
      await new Promise((resolve) => setTimeout(resolve, 50));
      vi.advanceTimersByTime(60_000);
      expect(await answered).toMatch(/^HTTP\/1\.1 400[\s\S]*AccessDenied/);
    } finally {
      vi.useRealTimers();
    }
    expect(seen).toEqual([]);
    const next = await direct(sensor.port, sensor.certificatePem ?? '');
    next.write(good());
    expect(await until(next, (text) => text.endsWith('{}'))).toMatch(/^HTTP\/1\.1 200/);
    next.destroy();
  });
});

describe('where all goes through', () => {
  it('a body that stood still goes on as it comes, whole', async () => {
    let received = '';
    const port = await upstreamHttps((req, res) => {
      req.on('data', (bytes) => {
        received += bytes;
      });
      req.on('end', () => res.end('ok'));
    });
    const { inspector } = recorder();
    const judged: [length: number, truncated: boolean][] = [];
    const request: typeof inspector.request = (head) => {
      const inspection = inspector.request(head);
      if (inspection.kind !== 'decided') return inspection;
      return {
        kind: 'body',
        cap: 100,
        decide(body, truncated) {
          judged.push([body.length, truncated]);
          return inspection.decision;
        },
      };
    };
    const { proxy, ca } = await proxyTo({ ...inspector, request }, port);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const client = await direct(proxy.port, ca);
      client.write(`POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 10\r\n\r\nhalf `);
      await new Promise((resolve) => setTimeout(resolve, 50));
      vi.advanceTimersByTime(60_000);
      await when(() => judged.length === 1);
      client.write('whole');
      expect(await until(client, (text) => text.endsWith('ok'))).toMatch(/^HTTP\/1\.1 200/);
      client.destroy();
    } finally {
      vi.useRealTimers();
    }
    expect(received).toBe('half whole');
    expect(judged).toEqual([[5, true]]);
  });
});
