import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { fingerprint, signDocument, statement } from '../../baseline/approval/signature.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { createFleet } from '../../baseline/store/fleet.ts';
import { folderStore } from '../../baseline/store/folder.ts';
import { type Config, demandOf, readConfig } from '../../extension/config.ts';
import { createGuard } from '../../extension/guard/guard.ts';
import { arm } from '../../extension/startup.ts';
import { get } from '../baseline/calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-approval-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ed25519 = generateKeyPairSync('ed25519');
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: typeof ed25519.publicKey) => key.export({ type: 'spki', format: 'pem' }) as string;

function document(serial: number | null, fn = 'resize', key = 'in/1.jpg') {
  const learner = createLearner();
  learner.observe(get(key, { function: fn, invocation: 'i', time: '2026-01-05T08:00:00.000Z' }));
  return { approval: serial === null ? { time: 'x' } : { serial }, ...learner.document() };
}

type Document = ReturnType<typeof document>;
const signed = (of: Document) => ({ ...of, signature: signDocument(of, ed25519.privateKey) });
const signedByKms = (of: Document) => ({
  ...of,
  signature: {
    algorithm: 'ECDSA_SHA_256',
    key: fingerprint(p256.publicKey),
    value: sign('sha256', statement(of), p256.privateKey).toString('base64'),
  },
});

const config = (given: Record<string, string>): Config =>
  readConfig({
    ROLEFENCE_MODE: 'block',
    ROLEFENCE_ON_FAILURE: 'closed',
    ROLEFENCE_BASELINE: `file:${folder}/`,
    ROLEFENCE_BASELINE_WAIT_MS: '60000',
    ...given,
  }).config;

/** What a sensor with these settings says, and does with a call that the document allows, where the store holds these bytes. */
async function started(bytes: Uint8Array | null, given: Record<string, string>) {
  const settings = config(given);
  const store = folderStore(`${folder}/`);
  const key = { kind: 'approved', function: 'resize', part: null } as const;
  const before = await store.get(key);
  if (before !== null) await store.remove(key, before.tag);
  if (bytes !== null) await store.put(key, bytes, null);
  const lines: string[] = [];
  const line = (text: string) => void lines.push(text);
  const guard = createGuard({ mode: 'block', onFailure: 'closed', newVersion: 'block' });
  const source = {
    name: 'the store',
    load: () => createFleet(store).approved('resize', demandOf(settings)),
    breakGlass: async () => null,
    isolation: async () => null,
  };
  await arm(guard, null, source, settings, { debug: line, info: line, warn: line, error: line });
  const { verdict } = guard.before(get('in/1.jpg', { function: 'resize' }));
  return { lines, verdict };
}

const packed = (value: unknown) => gzipSync(JSON.stringify(value));
const KEY = { ROLEFENCE_BASELINE_KEY: pem(ed25519.publicKey) };
const MIN = { ...KEY, ROLEFENCE_BASELINE_MIN: '20261125' };
const NEW = 20261125190812;
const OLD = 20261001000000;

describe('a sensor in block mode', () => {
  it.each([
    ['signed with the key that it was given', packed(signed(document(NEW))), KEY],
    ['signed by AWS KMS', packed(signedByKms(document(NEW))), { ROLEFENCE_BASELINE_KEY: pem(p256.publicKey) }],
    ['as new as it must be', packed(signed(document(NEW))), { ...KEY, ROLEFENCE_BASELINE_MIN: `${NEW}` }],
    ['of the day that it must be', packed(signed(document(NEW))), MIN],
    ['old, where nothing asks for a newer', packed(signed(document(OLD))), KEY],
    ['approved before there were serials, where nothing asks for one', packed(signed(document(null))), KEY],
  ])('takes a baseline that is %s', async (_, bytes, given) => {
    expect(await started(bytes, given)).toEqual({ lines: [], verdict: 'allow' });
  });

  const changed = { ...signed(document(NEW)), functions: document(NEW, 'resize', 'secret/1.jpg').functions };
  const foreign = (of: Document) => ({
    ...of,
    signature: signDocument(of, generateKeyPairSync('ed25519').privateKey),
  });
  const text = packed(signed(document(NEW)));
  it.each([
    ['forged with another key', packed(foreign(document(NEW))), MIN, 'it is signed with another key ('],
    [
      'forged under the right key’s name',
      packed({
        ...foreign(document(NEW)),
        signature: { ...foreign(document(NEW)).signature, key: fingerprint(ed25519.publicKey) },
      }),
      MIN,
      'does not match',
    ],
    ['changed after it was signed', packed(changed), MIN, 'it was changed after it was signed'],
    ['signed no more, its signature taken away', packed(document(NEW)), MIN, 'it is not signed'],
    [
      'of a later serial than was signed',
      packed({ ...signed(document(OLD)), approval: { serial: NEW } }),
      MIN,
      'it was changed after it was signed',
    ],
    ['cut off in the middle', text.subarray(0, text.length / 2), MIN, 'holds what is no compressed baseline document'],
    [
      'cut off before it was packed',
      gzipSync(JSON.stringify(signed(document(NEW))).slice(0, -40)),
      MIN,
      'is not valid JSON',
    ],
    [
      'an older one, replayed with its good signature',
      packed(signed(document(OLD))),
      MIN,
      `its serial ${OLD} is older than ROLEFENCE_BASELINE_MIN (20261125000000)`,
    ],
    [
      'an older one without a serial',
      packed(signed(document(null))),
      MIN,
      'it bears no serial, and ROLEFENCE_BASELINE_MIN asks for 20261125000000 or later',
    ],
    ['that of another function, replayed', packed(signed(document(NEW, 'billing'))), MIN, null],
    [
      'signed with the right key by another algorithm’s name',
      packed({
        ...signed(document(NEW)),
        signature: { ...signed(document(NEW)).signature, algorithm: 'ECDSA_SHA_256' },
      }),
      MIN,
      'does not match',
    ],
    ['nonsense', Buffer.from('nonsense'), MIN, 'no compressed baseline'],
    ['made to grow', gzipSync(Buffer.alloc(80 * 1024 * 1024)), MIN, 'unpacks to more than 16777216 bytes'],
    ['not there', null, MIN, 'nothing is approved for this function'],
  ])('refuses all calls where the baseline is %s, and says why in one line', async (_, bytes, given, why) => {
    const { lines, verdict } = await started(bytes, given);
    expect(verdict).toBe('block');
    expect(lines).toHaveLength(why === null ? 0 : 1);
    if (why !== null) expect(lines[0]).toContain(why);
    expect(lines.join('')).not.toContain('\n');
  });

  it('has no usable baseline where ROLEFENCE_BASELINE_MIN cannot be understood', () => {
    const { config, problems } = readConfig({ ROLEFENCE_BASELINE: 'file:/x', ROLEFENCE_BASELINE_MIN: 'yesterday' });
    expect(config).toMatchObject({ baseline: null, baselineBroken: true, baselineMin: null });
    expect(problems).toEqual([
      {
        what: expect.stringContaining('ROLEFENCE_BASELINE_MIN is "yesterday", expected a serial'),
        instead: 'there is no usable baseline',
      },
    ]);
  });
});

describe('a P-256 key signs a text that says what it is for', () => {
  it('and that anybody can make of the document', () => {
    const { format, functions, approval } = document(NEW);
    const canonical = (value: unknown): string =>
      typeof value !== 'object' || value === null
        ? JSON.stringify(value)
        : Array.isArray(value)
          ? `[${value.map(canonical).join(',')}]`
          : `{${Object.keys(value)
              .sort()
              .map((key) => `${JSON.stringify(key)}:${canonical((value as Record<string, unknown>)[key])}`)
              .join(',')}}`;
    const hash = createHash('sha256').update(canonical({ format, functions, approval })).digest('hex');
    expect(statement({ format, functions, approval }).toString()).toBe(
      `rolefence baseline, canonical JSON, SHA-256 ${hash}`,
    );
  });
});
