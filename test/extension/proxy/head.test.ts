import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ChunkedReader } from '../../../extension/proxy/http1/body.ts';
import { endOfHead, HeadMemory, parseRequestHead, type RequestHead1 } from '../../../extension/proxy/http1/head.ts';
import { MalformedHead } from '../../../extension/proxy/http1/malformed.ts';
import { runs } from '../fuzz-runs.ts';

/** What Node's parser (llhttp) makes of a head; null where it refuses it. */
function llhttp(text: string): Promise<{ method?: string; url?: string; rawHeaders: string[] } | null> {
  return new Promise((resolve) => {
    const server = createServer({ maxHeaderSize: 1 << 20 }, (req: IncomingMessage) => {
      resolve({ method: req.method ?? '', url: req.url ?? '', rawHeaders: req.rawHeaders });
    });
    server.on('connect', (req: IncomingMessage) =>
      resolve({ method: 'CONNECT', url: req.url ?? '', rawHeaders: req.rawHeaders }),
    );
    server.on('upgrade', (req: IncomingMessage) =>
      resolve({ method: req.method ?? '', url: req.url ?? '', rawHeaders: req.rawHeaders }),
    );
    server.on('checkContinue', (req: IncomingMessage) =>
      resolve({ method: req.method ?? '', url: req.url ?? '', rawHeaders: req.rawHeaders }),
    );
    server.on('clientError', () => resolve(null));
    const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    server.emit('connection', stream);
    stream.push(Buffer.from(text, 'latin1'));
    setTimeout(() => resolve(null), 200).unref();
  });
}

const piece = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'B', '1', '-', ' ', ':', '\t') },
  { weight: 1, arbitrary: fc.constantFrom('\r', '\n', '\r\n', '\0', '\x7f', '\xe9', ',', ';', '"', '(', '#', '\x0b') },
);
const text = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
const field = fc.oneof(
  fc.tuple(text, fc.constantFrom(':', ': ', ' :', ''), text).map((parts) => parts.join('')),
  fc.constantFrom(
    'Content-Length: 3',
    'Content-Length: 0',
    'content-length: +3',
    'Content-Length: 3, 3',
    'Transfer-Encoding: chunked',
    'transfer-encoding: gzip, chunked',
    'Transfer-Encoding:\tchunked',
    'Connection: close',
    'Host: other',
    'Expect: 100-continue',
    ' folded',
  ),
);
const head = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PUT', 'get', 'FOO', 'HEAD'),
    fc.constantFrom('/', '/a b', '/%20?x=#y', '*', 'http://h/', '/\xe9', ''),
    fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', ''),
    fc.array(field, { maxLength: 4 }),
    fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
  )
  .map(([method, target, version, fields, end]) =>
    [`${method} ${target} ${version}`, 'Host: h', ...fields, '', ''].join(end),
  );

describe('the request head parser', () => {
  it('accepts nothing that llhttp refuses, and reads the same', async () => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(head, async (raw) => {
        const bytes = Buffer.from(raw, 'latin1');
        const end = endOfHead(bytes);
        if (end === -1) return;
        let ours: ReturnType<typeof parseRequestHead>;
        try {
          ours = parseRequestHead(bytes.subarray(0, end));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedHead);
          return;
        }
        accepted++;
        const theirs = await llhttp(bytes.toString('latin1', 0, end));
        expect(theirs).toEqual({ method: ours.method, url: ours.target, rawHeaders: ours.headers.flat() });
      }),
      runs(3_000),
    );
    expect(accepted).toBeGreaterThan(20);
  });
});

describe('what is remembered of the heads for one host', () => {
  const read = (raw: string, memory: HeadMemory | null) => {
    const bytes = Buffer.from(raw, 'latin1');
    try {
      const end = endOfHead(bytes);
      return end === -1 ? null : parseRequestHead(bytes.subarray(0, end), memory);
    } catch (error) {
      return error instanceof MalformedHead ? error.message : error;
    }
  };

  const fieldsOf = (found: unknown) => (found as RequestHead1).headers;

  it('changes nothing of how the next one is read', () => {
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(head, { minLength: 2, maxLength: 6 }), (heads) => {
        const memory = new HeadMemory();
        for (const raw of heads) {
          const remembered = read(raw, memory);
          expect(remembered).toEqual(read(raw, null));
          if (remembered !== null && typeof remembered === 'object') accepted++;
        }
      }),
      runs(3_000),
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('holds no large head and no endless list', () => {
    const memory = new HeadMemory();
    const held = vi.spyOn(memory.lines, 'read');
    read(`GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`, memory);
    expect(held).not.toHaveBeenCalled();
    const long = `GET / HTTP/1.1\r\nHost: h\r\n${'X: y\r\n'.repeat(500)}\r\n`;
    expect(fieldsOf(read(long, memory))[5]).not.toBe(fieldsOf(read(long, memory))[5]);
  });

  it('knows lines again that came together, and reads only what has changed between them', () => {
    const memory = new HeadMemory();
    const request = (n: number) =>
      `GET / HTTP/1.1\r\nHost: h\r\nA: a\r\nX-Amz-Date: ${n}\r\nB: b\r\nC: c\r\nSignature: ${n}\r\n\r\n`;
    const first = fieldsOf(read(request(1), memory));
    for (let n = 2; n < 300; n++) {
      const fields = fieldsOf(read(request(n), memory));
      expect(fields.map(([, value]) => value)).toEqual(['h', 'a', `${n}`, 'b', 'c', `${n}`]);
      const known = fields.filter((field, at) => field === first[at]).length;
      // Learned anew now and then.
      if (n < 64) expect(known).toBe(4);
      if (n === 65) expect(known).toBe(0);
    }
  });
});

describe('the chunked reader', () => {
  const body = fc
    .tuple(
      fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 5 }),
      fc.constantFrom('', ';a', ';a=b', ';a="x y"'),
      fc.constantFrom('', 'X-T: 1\r\n'),
    )
    .map(([parts, extension, trailer]) => {
      const chunks = parts.map((part) => Buffer.from(part));
      const coded = chunks.map((part) =>
        Buffer.concat([Buffer.from(`${part.length.toString(16)}${extension}\r\n`), part, Buffer.from('\r\n')]),
      );
      return { wire: Buffer.concat([...coded, Buffer.from(`0\r\n${trailer}\r\n`)]), content: Buffer.concat(chunks) };
    });

  it('reads the same however the bytes are cut, and stops at the end', () => {
    fc.assert(
      fc.property(
        body,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        ({ wire, content }, sizes) => {
          const reader = new ChunkedReader();
          const parts: Buffer[] = [];
          const all = Buffer.concat([wire, Buffer.from('GET / HTTP')]);
          let at = 0;
          for (let turn = 0; !reader.done; turn++) {
            const piece = all.subarray(at, at + (sizes[turn % sizes.length] as number));
            at += reader.take(piece, 0, (part) => parts.push(Buffer.from(part)));
          }
          expect(at).toBe(wire.length);
          expect(Buffer.concat(parts).equals(content)).toBe(true);
        },
      ),
      runs(100),
    );
  });

  it.each([
    'g\r\n',
    '1 \r\na\r\n',
    '1\na\r\n',
    '1\r\nab\r\n',
    '-1\r\n',
    '\r\n',
    '0x1\r\n',
    '0\r\nContent-Length: 1\r\n\r\n',
    '1;a\nb\r\n',
    'fffffffffffffffff\r\n',
  ])('refuses %j', (text) => {
    expect(() => new ChunkedReader().take(Buffer.from(text), 0)).toThrow(/./);
  });
});
