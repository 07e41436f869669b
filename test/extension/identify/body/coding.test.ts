import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INFLATED, uncoded } from '../../../../extension/identify/body/coding.ts';
import { Doubt } from '../../../../extension/identify/doubt.ts';

const CAP = 1024 * 1024;

function outcome(body: Uint8Array, coding: string): Buffer | 'doubt' {
  try {
    return Buffer.from(uncoded(body, coding, CAP));
  } catch (thrown) {
    if (thrown instanceof Doubt) return 'doubt';
    throw thrown;
  }
}

const chunked = (parts: readonly Uint8Array[]) =>
  Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`${part.length.toString(16)};chunk-signature=${'0'.repeat(64)}\r\n`),
      part,
      Buffer.from('\r\n'),
    ]),
    Buffer.from('0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n'),
  ]);

describe('uncoded', () => {
  it('opens aws-chunked bodies however they are cut, and gzip inside of them', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 })), (parts) => {
        expect(outcome(chunked(parts), 'aws-chunked')).toEqual(Buffer.concat(parts));
        const packed = gzipSync(Buffer.concat(parts));
        expect(outcome(chunked([packed]), 'gzip,aws-chunked')).toEqual(Buffer.concat(parts));
      }),
    );
  });

  it('leaves bodies without a coding as they are', () => {
    const body = Buffer.from('x');
    for (const coding of ['', 'identity', 'amz-1.0', ' Identity ']) expect(outcome(body, coding)).toEqual(body);
  });

  it('doubts what is cut off, what is none of these, and what grows beyond all requests', () => {
    const whole = chunked([Buffer.from('abc')]);
    for (let end = 0; end < whole.indexOf('0\r\nx-amz'); end++)
      expect(outcome(whole.subarray(0, end), 'aws-chunked')).toBe('doubt');
    expect(outcome(whole, 'br')).toBe('doubt');
    expect(outcome(whole, 'gzip')).toBe('doubt');
    expect(outcome(gzipSync(Buffer.alloc(CAP)), 'gzip')).toHaveLength(CAP);
    expect(outcome(gzipSync(Buffer.alloc(CAP + 1)), 'gzip')).toBe('doubt');
  });

  it('inflates to no more than any request of an SDK has, whatever the service takes', () => {
    const packed = gzipSync(Buffer.alloc(MAX_INFLATED + 1));
    expect(() => uncoded(packed, 'gzip', 4 * MAX_INFLATED)).toThrow(Doubt);
  });

  it('doubts a coding that stands twice, and more chunks than any SDK sends', () => {
    const packed = gzipSync(gzipSync(Buffer.from('x')));
    expect(outcome(packed, 'gzip, gzip')).toBe('doubt');
    expect(outcome(packed, 'gzip, identity, GZIP')).toBe('doubt');
    expect(outcome(Buffer.from(`${'1\r\nx\r\n'.repeat(10_001)}0\r\n\r\n`), 'aws-chunked')).toBe('doubt');
  });

  it('ends in an answer or in doubt for any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.constantFrom('gzip', 'aws-chunked', 'gzip, aws-chunked'),
        (body, coding) => void outcome(body, coding),
      ),
    );
  });
});
