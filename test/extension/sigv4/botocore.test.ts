import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reseal } from '../../../extension/seal/reseal.ts';
import { Vault } from '../../../extension/seal/vault.ts';
import type { Credentials } from '../../../extension/sigv4/signer.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { REAL } from '../seal/sealed-sensor.ts';

const tools = provide('python');
const REQUESTS = 4_000;
const NOW = Date.UTC(2026, 2, 4, 5, 6, 7);
const TIME = '20260304T050607Z';

interface Plain {
  readonly how: 'header' | 's3' | 's3express' | 'query' | 's3-query';
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly service: string;
  readonly region: string;
  /** For S3: sign the body's hash, or UNSIGNED-PAYLOAD. */
  readonly payload: boolean | null;
}
interface Signed {
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
}

const escaped = (t: string) =>
  encodeURIComponent(t).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
const text = fc.string({ unit: fc.constantFrom(..."abcXYZ019-._~ !$'()*+,;:@&=%/éß日"), minLength: 1, maxLength: 12 });
const pathOf = (dots: boolean) =>
  fc
    .array(dots ? fc.oneof(text.map(escaped), fc.constantFrom('.', '..', '')) : text.map(escaped), { maxLength: 5 })
    .map((parts) => `/${parts.join('/')}`);
const query = fc
  .dictionary(
    text.filter((t) => !/^x-amz-/i.test(t)),
    fc.oneof(text, fc.constant('')),
    { maxKeys: 5 },
  )
  .map((pairs) =>
    Object.entries(pairs)
      .map(([n, v]) => `${escaped(n)}=${escaped(v)}`)
      .join('&'),
  );
const fields = fc.record(
  {
    'content-type': fc.constantFrom(
      'text/plain',
      'application/x-amz-json-1.0',
      'application/x-www-form-urlencoded; charset=utf-8',
    ),
    'x-amz-target': fc.constant('DynamoDB_20120810.GetItem'),
    'x-amz-meta-note': fc.constantFrom('two   spaces', ' outer ', 'a,b', ''),
    'x-amz-acl': fc.constant('private'),
    range: fc.constant('bytes=0-9'),
  },
  { requiredKeys: [] },
);
const plains: fc.Arbitrary<Plain> = fc
  .constantFrom<Plain['how']>('header', 's3', 's3express', 'query', 's3-query')
  .chain((how) => {
    const s3 = how.startsWith('s3');
    return fc.record({
      how: fc.constant(how),
      method: how.endsWith('query')
        ? fc.constantFrom('GET', 'PUT', 'HEAD', 'DELETE')
        : fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
      url: fc
        .tuple(
          pathOf(!s3),
          query,
          s3
            ? fc.constantFrom('b.s3.eu-central-1.amazonaws.com', 's3.amazonaws.com')
            : fc.constantFrom('dynamodb.eu-central-1.amazonaws.com', 'sqs.us-east-1.amazonaws.com'),
        )
        .map(([path, q, host]) => `https://${host}${path}${q === '' ? '' : `?${q}`}`),
      headers: how.endsWith('query') ? fc.constant({}) : fields,
      body: how.endsWith('query') ? fc.constant('') : fc.constantFrom('', '{"a":1}', 'é'.repeat(40)),
      service: fc.constant(how === 's3express' ? 's3express' : s3 ? 's3' : 'dynamodb'),
      region: fc.constantFrom('eu-central-1', 'us-gov-west-1', 'cn-north-1'),
      payload: s3 && !how.endsWith('query') ? fc.boolean() : fc.constant(null),
    }) as fc.Arbitrary<Plain>;
  });

function sign(requests: readonly Plain[], { accessKeyId, secretAccessKey, sessionToken }: Credentials): Signed[] {
  const keys = [accessKeyId, secretAccessKey, sessionToken];
  const input = requests.map((request) => JSON.stringify({ ...request, keys, time: TIME })).join('\n');
  const { stdout, stderr, status } = spawnSync(
    join(tools.folders.python, 'bin/python'),
    [join(import.meta.dirname, 'botocore_sign.py')],
    {
      input,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: { PATH: '/usr/bin:/bin', PYTHONDONTWRITEBYTECODE: '1' },
    },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe.skipIf(tools.missing !== null)(`requests that botocore signs${because(tools)}`, () => {
  it.each([
    ['a role', REAL],
    ['a user', { ...REAL, sessionToken: null }],
  ])('leave as if it had signed them with the real keys, byte for byte, thousands of them: %s', (_, real) => {
    // Sessions of S3 Express always have a token.
    const requests = fc
      .sample(plains, { numRuns: REQUESTS / 2, seed: 20_261_125 })
      .filter(({ how }) => how !== 's3express' || real.sessionToken !== null);
    const vault = new Vault();
    const made = sign(requests, vault.seal(real, null));
    const wanted = sign(requests, real);
    const counted = new Map<string, number>();
    for (const [at, request] of requests.entries()) {
      const target = (signed: Signed) => signed.url.replace(/^https:\/\/[^/?]+/, '') || '/';
      const host = new URL(request.url).host;
      const lower = (signed: Signed) => [
        ['host', host] as const,
        ...signed.headers.map(([n, v]) => [n.toLowerCase(), v] as const),
      ];
      const found = reseal(
        {
          method: request.method,
          target: target(made[at]!),
          headers: lower(made[at]!),
          bodyHash: createHash('sha256').update(request.body).digest('hex'),
          now: NOW,
        },
        vault,
      );
      if (found.kind !== 'sealed') throw new Error(`${JSON.stringify(request)}: ${JSON.stringify(found)}`);
      const pairs = (each: string) => [each.split('?')[0], ...(each.split('?')[1] ?? '').split('&').sort()];
      const expected = { target: pairs(target(wanted[at]!)), headers: Object.fromEntries(lower(wanted[at]!)) };
      // A user has no token: his placeholder has one, and its field or parameter is gone.
      expect({ target: pairs(found.target), headers: Object.fromEntries(found.headers) }).toEqual(expected);
      counted.set(request.how, (counted.get(request.how) ?? 0) + 1);
    }
    expect(
      [...counted.values()].every((count) => count > 200),
      JSON.stringify([...counted]),
    ).toBe(true);
  });
});
