import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { signDocument } from '../../baseline/approval/signature.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../baseline/model/write.ts';
import { loadApprovedBaselineFile } from '../../baseline/store/file.ts';
import { call } from './calls.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const DEMAND = { key: publicKey, min: null };
const learner = createLearner();
learner.observe(call({}));
const document = JSON.parse(serializeBaseline(learner.document())) as Record<string, unknown>;

function file(content: object): string {
  const path = join(folder, 'baseline.json');
  writeFileSync(path, JSON.stringify(content));
  return path;
}

describe('a baseline that must be signed', () => {
  it('is taken with a signature by the key, whatever its layout', async () => {
    const signed = { signature: signDocument(document, privateKey), ...document };
    expect(Object.keys((await loadApprovedBaselineFile(file(signed), DEMAND)).functions)).toHaveLength(1);
  });

  it.each([
    ['has no signature', () => document, /is not signed/],
    [
      'was signed with another key',
      () => ({ ...document, signature: signDocument(document, generateKeyPairSync('ed25519').privateKey) }),
      /another key/,
    ],
    [
      'was changed after it',
      () => ({ ...document, functions: {}, signature: signDocument(document, privateKey) }),
      /changed after/,
    ],
    ['has half a signature', () => ({ ...document, signature: { algorithm: 'Ed25519' } }), /not of a form/],
    [
      'has a signature of another kind',
      () => ({ ...document, signature: { ...signDocument(document, privateKey), algorithm: 'none' } }),
      /not of a form/,
    ],
    ['has a signature that is null', () => ({ ...document, signature: null }), /not of a form/],
  ])('is refused where it %s', async (_, make, why) => {
    await expect(loadApprovedBaselineFile(file(make()), DEMAND)).rejects.toThrow(why);
  });
});
