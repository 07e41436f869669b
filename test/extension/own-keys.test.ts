import { describe, expect, it } from 'vitest';
import type { RequestHead } from '../../extension/identify/request.ts';
import { createOwnKeys } from '../../extension/own-keys.ts';

const OWN = 'ASIAQEXAMPLEKEYID000';
const NEWER = 'ASIAQEXAMPLEKEYID001';
const FOREIGN = 'AKIAQEXAMPLEKEYID999';

const head = (key: string | null, target = '/'): RequestHead => ({
  method: 'GET',
  target,
  headers:
    key === null
      ? [['Host', 'x']]
      : [
          [
            'authorization',
            `AWS4-HMAC-SHA256 Credential=${key}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host`,
          ],
        ],
  scheme: 'https',
  authority: null,
  sni: null,
  connect: null,
});

function start(ids: readonly (string | Error)[]) {
  const left = [...ids];
  let asked = 0;
  const keys = createOwnKeys(async () => {
    asked++;
    const next = left.length > 1 ? left.shift()! : left[0]!;
    if (next instanceof Error) throw next;
    return { credentials: { accessKeyId: next, secretAccessKey: 's', sessionToken: null }, expiresAt: 0 };
  });
  return { keys, asked: () => asked };
}

describe('the role’s own keys, where they are handed out', () => {
  it('are asked for before the first call is judged, and not again while they are the same', async () => {
    const { keys, asked } = start([OWN]);
    expect(keys.against(OWN)).toBeNull();
    await keys.due(head(OWN), 0);
    expect(keys.against(OWN)).toBe(OWN);
    expect(keys.due(head(OWN), 1)).toBeNull();
    expect(asked()).toBe(1);
  });

  it('are told from foreign ones, for which the endpoint is asked now and then only', async () => {
    const { keys, asked } = start([OWN]);
    await keys.due(head(OWN), 0);
    await keys.due(head(FOREIGN), 20_000);
    expect(keys.against(FOREIGN)).toBe(OWN);
    expect(keys.due(head(FOREIGN), 20_001)).toBeNull();
    expect(asked()).toBe(2);
  });

  it('are new ones after a while, and those before still own', async () => {
    const { keys } = start([OWN, NEWER]);
    await keys.due(head(OWN), 0);
    await keys.due(head(NEWER), 600_000);
    expect(keys.against(NEWER)).toBe(NEWER);
    expect(keys.against(OWN)).toBe(OWN);
    expect(keys.against(FOREIGN)).toBe(NEWER);
  });

  it('are asked for by a presigned URL too, and by what bears no key never', async () => {
    const { keys } = start([OWN]);
    expect(keys.due(head(null), 0)).toBeNull();
    await keys.due(head(null, `/x?X-Amz-Credential=${OWN}%2F20260101%2Fus-east-1%2Fs3%2Faws4_request`), 0);
    expect(keys.against(OWN)).toBe(OWN);
  });

  it('are unknown where the endpoint does not answer, and judged by nobody', async () => {
    const { keys } = start([new Error('no answer')]);
    await keys.due(head(OWN), 0);
    expect(keys.against(OWN)).toBeNull();
  });
});
