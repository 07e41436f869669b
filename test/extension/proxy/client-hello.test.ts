import { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readClientHello } from '../../../extension/proxy/tls/client-hello.ts';

/** The first flight of a real client. */
function hello(servername: string, protocols: string[]): Promise<Buffer> {
  return new Promise((resolve) => {
    const stream = new Duplex({ read() {}, write: (bytes) => resolve(bytes) });
    connect({ socket: stream, servername, ALPNProtocols: protocols }).on('error', () => {});
  });
}

/** The same message over records of `size` octets. */
function fragment(bytes: Buffer, size: number): Buffer {
  const message = bytes.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

describe('readClientHello', () => {
  it('reads name and protocols, however records and packets are cut', async () => {
    const bytes = await hello('s3.amazonaws.com', ['h2', 'http/1.1']);
    const expected = { kind: 'hello', hello: { serverName: 's3.amazonaws.com', protocols: ['h2', 'http/1.1'] } };
    for (const whole of [bytes, fragment(bytes, 7)]) {
      expect(readClientHello(whole)).toEqual(expected);
      for (let at = 1; at < whole.length; at++) expect(readClientHello(whole.subarray(0, at)).kind).toBe('partial');
    }
  });

  it('takes other first bytes for what they are', () => {
    expect(readClientHello(Buffer.from('GET / HTTP/1.1'))).toEqual({ kind: 'none' });
    expect(readClientHello(Buffer.from([22, 3, 1, 0, 0])).kind).toBe('malformed');
  });

  it('refuses what is broken instead of guessing, and never throws', async () => {
    const bytes = await hello('s3.amazonaws.com', ['h2']);
    for (let at = 5; at < bytes.length; at++) {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] as number) ^ 0xff;
      expect(['hello', 'partial', 'malformed']).toContain(readClientHello(broken).kind);
    }
  });
});
