import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import type { Credentials } from '../../../../extension/sigv4/signer.ts';

export interface Form {
  url: string;
  fields: Record<string, string>;
}

interface Policy {
  readonly expiration: string;
  readonly conditions: readonly unknown[];
}

/** Its policy, where it is signed as S3 documents it (POST policies, SigV4), bears no placeholder, and says what the fields say. */
export function checkedForm({ fields }: Form, { accessKeyId, secretAccessKey, sessionToken }: Credentials): Policy {
  const by = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]));
  const [id = '', ...scope] = by['x-amz-credential']!.split('/');
  expect([id, by['x-amz-security-token']]).toEqual([accessKeyId, sessionToken]);
  const key = scope.reduce<string | Buffer>(
    (key, text) => createHmac('sha256', key).update(text).digest(),
    `AWS4${secretAccessKey}`,
  );
  expect(by['x-amz-signature']).toBe(createHmac('sha256', key).update(by.policy!).digest('hex'));
  const text = Buffer.from(by.policy!, 'base64').toString();
  expect(text).not.toMatch(/Rolefence/);
  const policy = JSON.parse(text) as Policy;
  const exact = policy.conditions.flatMap((one) => (Array.isArray(one) ? [] : Object.entries(one as object)));
  for (const [name, value] of exact) if (/^x-amz-/i.test(name)) expect(by[name.toLowerCase()]).toBe(value);
  return policy;
}
