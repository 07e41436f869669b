import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SealBroken } from '../../../extension/seal/chain.ts';
import type { SignatureChain } from '../../../extension/seal/signed-request.ts';
import { streamResealer } from '../../../extension/seal/stream.ts';
import { Vault } from '../../../extension/seal/vault.ts';
import { scopeText, sha256 } from '../../../extension/sigv4/canonical.ts';
import { type Credentials, Signer } from '../../../extension/sigv4/signer.ts';
import { runs } from '../fuzz-runs.ts';

/** The example of "Signature calculations for the Authorization header: chunked upload" in the S3 API reference. */
const EXAMPLE: Credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: null,
};
const SCOPE = { time: '20130524T000000Z', region: 'us-east-1', service: 's3' };
const SEED = '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9';
const SIGNATURES = [
  'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648',
  '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497',
  'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9',
];
const CHUNKS = [Buffer.alloc(65_536, 'a'), Buffer.alloc(1_024, 'a'), Buffer.alloc(0)];

function chainFor(payload: string) {
  const vault = new Vault();
  const placeholder = vault.seal(EXAMPLE, null);
  const sealed = vault.open(placeholder.accessKeyId)!;
  const placeholderSignature = 'f'.repeat(64);
  const chain: SignatureChain = { sealed, scope: SCOPE, payload, placeholderSignature, realSignature: SEED };
  return { chain, signer: new Signer(placeholder.secretAccessKey) };
}

function chunked(signer: Signer, seed: string, chunks: readonly Buffer[], trailers: string | null): Buffer {
  let previous = seed;
  const parts: Buffer[] = [];
  const sign = (kind: string, rest: string) => {
    previous = signer.sign(SCOPE, `${kind}\n${SCOPE.time}\n${scopeText(SCOPE)}\n${previous}\n${rest}`);
    return previous;
  };
  for (const chunk of chunks) {
    const signature = sign('AWS4-HMAC-SHA256-PAYLOAD', `${sha256('')}\n${sha256(chunk)}`);
    parts.push(Buffer.from(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`), chunk);
    if (chunk.length > 0 || trailers === null) parts.push(Buffer.from('\r\n'));
  }
  if (trailers !== null) {
    const signature = sign('AWS4-HMAC-SHA256-TRAILER', sha256(`${trailers}\n`));
    parts.push(Buffer.from(`${trailers}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`));
  }
  return Buffer.concat(parts);
}

function through(chain: SignatureChain, body: Buffer, cuts: readonly number[]): Buffer {
  const resealer = streamResealer(chain)!;
  const out: Buffer[] = [];
  let from = 0;
  for (const cut of [...cuts.map((c) => c % (body.length + 1)).sort((a, b) => a - b), body.length]) {
    // It is the stream's again at the next call.
    out.push(Buffer.from(resealer.take(body.subarray(from, cut))));
    from = cut;
  }
  resealer.end();
  return Buffer.concat(out);
}

const cuts = fc.array(fc.nat(70_000), { maxLength: 6 });

describe('a body of signed chunks', () => {
  const { chain, signer } = chainFor('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  const body = chunked(signer, chain.placeholderSignature, CHUNKS, null);

  it('comes out with the signatures of AWS’s own example, however it is cut', () => {
    fc.assert(
      fc.property(cuts, (at) => {
        const out = through(chain, body, at).toString('latin1');
        expect([...out.matchAll(/chunk-signature=([0-9a-f]{64})/g)].map(([, s]) => s)).toEqual(SIGNATURES);
        expect(out.length).toBe(body.length);
        expect(out.replace(/chunk-signature=[0-9a-f]{64}/g, '')).toBe(
          body.toString('latin1').replace(/chunk-signature=[0-9a-f]{64}/g, ''),
        );
      }),
      runs(40),
    );
  });

  it('signs trailers anew too', () => {
    const trailing = chainFor('STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER');
    const trailers = 'x-amz-checksum-crc32c:sOO8/Q==';
    const sent = chunked(trailing.signer, trailing.chain.placeholderSignature, CHUNKS, trailers);
    const wanted = chunked(new Signer(EXAMPLE.secretAccessKey), SEED, CHUNKS, trailers);
    expect(through(trailing.chain, sent, [10, 65_700]).equals(wanted)).toBe(true);
  });

  it('goes no further than the first byte that was changed', () => {
    const changed = Buffer.from(body);
    changed[66_000] = 0x62;
    const resealer = streamResealer(chain)!;
    expect(() => resealer.take(changed)).toThrow(SealBroken);
    const swapped = chunked(signer, chain.placeholderSignature, [CHUNKS[1]!, CHUNKS[0]!, CHUNKS[2]!], null);
    expect(() => through({ ...chain, placeholderSignature: 'e'.repeat(64) }, swapped, [])).toThrow(SealBroken);
  });

  it.each([
    ['cut off', (b: Buffer) => b.subarray(0, b.length - 4)],
    ['without a signature', () => Buffer.from('5\r\nhello\r\n0\r\n\r\n')],
    ['of an impossible size', () => Buffer.from(`ffffffff;chunk-signature=${'0'.repeat(64)}\r\n`)],
    ['with something behind its end', (b: Buffer) => Buffer.concat([b, Buffer.from('x')])],
    ['that never becomes a chunk', () => Buffer.alloc(4_096, 'a')],
  ])('is stopped when it is %s', (_, make) => {
    expect(() => through(chain, make(body), [])).toThrow(SealBroken);
  });
});

describe('an event stream', () => {
  const { chain, signer } = chainFor('STREAMING-AWS4-HMAC-SHA256-EVENTS');

  function frames(key: Signer, seed: string, payloads: readonly Buffer[]): Buffer {
    let previous = seed;
    return Buffer.concat(
      payloads.map((payload, index) => {
        const at = new Date(Date.UTC(2013, 4, 24, 0, 0, index));
        const date = Buffer.concat([Buffer.from('\x05:date\x08', 'latin1'), Buffer.alloc(8)]);
        date.writeBigInt64BE(BigInt(at.getTime()), 7);
        const scope = { ...SCOPE, time: at.toISOString().replace(/[-:]|\.\d{3}/g, '') };
        previous = key.sign(
          scope,
          `AWS4-HMAC-SHA256-PAYLOAD\n${scope.time}\n${scopeText(scope)}\n${previous}\n${sha256(date)}\n${sha256(payload)}`,
        );
        const headers = Buffer.concat([
          date,
          Buffer.from('\x10:chunk-signature\x06\x00\x20', 'latin1'),
          Buffer.from(previous, 'hex'),
        ]);
        const frame = Buffer.alloc(16 + headers.length + payload.length);
        frame.writeUInt32BE(frame.length, 0);
        frame.writeUInt32BE(headers.length, 4);
        frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
        headers.copy(frame, 12);
        payload.copy(frame, 12 + headers.length);
        frame.writeUInt32BE(crc32(frame.subarray(0, frame.length - 4)), frame.length - 4);
        return frame;
      }),
    );
  }
  const payloads = [Buffer.from('first'), Buffer.alloc(40_000, 'x'), Buffer.alloc(0)];

  it('is as if every frame had been signed with the real key, checksums too, however it is cut', () => {
    const sent = frames(signer, chain.placeholderSignature, payloads);
    const wanted = frames(new Signer(EXAMPLE.secretAccessKey), SEED, payloads);
    fc.assert(
      fc.property(cuts, (at) => {
        expect(through(chain, sent, at).equals(wanted)).toBe(true);
      }),
      runs(40),
    );
  });

  it('stops at a frame that was changed, repeated or cut off', () => {
    const sent = frames(signer, chain.placeholderSignature, payloads);
    const changed = Buffer.from(sent);
    changed[90] = changed[90]! ^ 1;
    expect(() => through(chain, changed, [])).toThrow(SealBroken);
    const first = sent.subarray(0, sent.readUInt32BE(0));
    expect(() => through(chain, Buffer.concat([first, first]), [])).toThrow(SealBroken);
    expect(() => through(chain, sent.subarray(0, sent.length - 1), [])).toThrow(SealBroken);
    expect(() => through(chain, Buffer.alloc(64, 0xff), [])).toThrow(SealBroken);
  });
});
