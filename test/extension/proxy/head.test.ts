import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkedReader } from '../../../extension/proxy/http1/body.ts';
import { endOfHead, HeadMemory, parseRequestHead } from '../../../extension/proxy/http1/head.ts';
import { MalformedHead } from '../../../extension/proxy/http1/malformed.ts';

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
  // ROLEFENCE_FUZZ_RUNS=100000 for a long run.
  it('accepts nothing that llhttp refuses, and reads the same', { timeout: 600_000 }, async () => {
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
      { numRuns: Number(process.env.ROLEFENCE_FUZZ_RUNS ?? 3_000) },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});

describe('what one connection remembers of its heads', () => {
  const read = (raw: string, memory: HeadMemory | null) => {
    const bytes = Buffer.from(raw, 'latin1');
    try {
      const end = endOfHead(bytes);
      return end === -1 ? null : parseRequestHead(bytes.subarray(0, end), memory);
    } catch (error) {
      return error instanceof MalformedHead ? error.message : error;
    }
  };

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
      { numRuns: 3_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('holds no large head and no endless list', () => {
    const memory = new HeadMemory();
    read(`GET / HTTP/1.1\r\nHost: h\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`, memory);
    expect(memory).toEqual(new HeadMemory());
    read(`GET / HTTP/1.1\r\nHost: h\r\n${'X: y\r\n'.repeat(500)}\r\n`, memory);
    expect(memory.lines).toHaveLength(48);
  });

  it('holds a few heads at most, though each brings one line that is new', () => {
    const memory = new HeadMemory();
    // A line is a piece of the head that it came in, so as many heads are held as there were when lines were kept.
    const heldSince: unknown[] = [];
    for (let n = 1; n <= 40; n++) {
      const lines = Array.from({ length: 40 }, (_, at) => `X-${at}: ${at === n ? 'new' : 'old'}${'x'.repeat(150)}\r\n`);
      read(`GET / HTTP/1.1\r\nHost: h\r\n${lines.join('')}\r\n`, memory);
      if (heldSince.at(-1) !== memory.lines[0]) heldSince.push(memory.lines[0]);
    }
    // 32 KiB have room for five of these.
    expect(heldSince).toHaveLength(8);
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
