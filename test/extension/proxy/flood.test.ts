import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, direct, HOST, until, upstreamHttps } from './harness.ts';
import { canPause, separate } from './separate.ts';

afterEach(closeAll);

const GET = `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

describe('a flood', () => {
  const calls = async (port: number, ca: string, keep: TLSSocket[] | null) => {
    const client = await direct(port, ca);
    client.on('error', () => {});
    client.write(GET);
    const status = (await until(client, (text) => text.includes('ok'))).slice(9, 12);
    if (keep === null) client.destroy();
    else keep.push(client);
    return status;
  };

  it('of far more connections than there are descriptors for waits, and nothing fails', {
    timeout: 90_000,
  }, async () => {
    const upstream = await upstreamHttps((_req, res) => setTimeout(() => res.end('ok'), 2));
    // 192 descriptors: 128 for connections, of which clients take 96.
    const proxy = await separate(upstream, 192);
    await canPause(proxy.process.pid!);
    const answers = await Promise.all(Array.from({ length: 240 }, () => calls(proxy.port, proxy.ca, null)));
    expect(new Set(answers)).toEqual(new Set(['200']));
    expect(proxy.process.exitCode).toBe(null);
    // And once more: what was stopped for the first flood has begun again.
    const again = await Promise.all(Array.from({ length: 120 }, () => calls(proxy.port, proxy.ca, null)));
    expect(new Set(again)).toEqual(new Set(['200']));
  });

  it('of connections that are kept and not used makes room for those that wait', { timeout: 90_000 }, async () => {
    const upstream = await upstreamHttps((_req, res) => res.end('ok'));
    const proxy = await separate(upstream, 192);
    await canPause(proxy.process.pid!);
    const kept: TLSSocket[] = [];
    await Promise.all(Array.from({ length: 96 }, () => calls(proxy.port, proxy.ca, kept)));
    const answers = await Promise.all(Array.from({ length: 40 }, () => calls(proxy.port, proxy.ca, null)));
    expect(new Set(answers)).toEqual(new Set(['200']));
    for (const client of kept) client.destroy();
  });

  it('leaves a process with few descriptors alive', async () => {
    const upstream = await upstreamHttps((_req, res) => res.end('ok'));
    const proxy = await separate(upstream, 64);
    const answers = await Promise.all(Array.from({ length: 60 }, () => calls(proxy.port, proxy.ca, null)));
    expect(new Set(answers)).toEqual(new Set(['200']));
  });
});
