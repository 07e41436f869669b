import { describe, expect, it } from 'vitest';
import { addressFor, parseConnectTo } from '../../../extension/proxy/connect-to.ts';

describe('connect-to', () => {
  const entries = ['s3.amazonaws.com:443=127.0.0.1:1', '*.amazonaws.com:*=[::1]:2', '*:80=localhost:3'].map(
    parseConnectTo,
  );

  it.each([
    ['s3.amazonaws.com', 443, '127.0.0.1', 1],
    ['s3.amazonaws.com', 444, '::1', 2],
    ['amazonaws.com', 443, 'amazonaws.com', 443],
    ['example.com', 80, 'localhost', 3],
  ])('leads %s:%i to %s:%i', (host, port, toHost, toPort) => {
    expect(addressFor(entries, host, port)).toEqual({ host: toHost, port: toPort });
  });

  it.each(['', 'a=b', 'a:1', 'a:1=b', 'a:0=b:1', 'a:1=b:*', 'a:1=*:1', 'a*b:1=c:1', 'a:1=b:1=c:1', 'a:99999=b:1'])(
    'does not understand %j, and says what it expects',
    (text) => {
      expect(() => parseConnectTo(text)).toThrow(/expected HOST:PORT=HOST:PORT/);
    },
  );
});
