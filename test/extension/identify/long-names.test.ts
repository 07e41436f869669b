import { describe, expect, it } from 'vitest';
import { identify } from '../../../extension/identify/identify.ts';

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=ASIAQNZGKIQY56JQ7WML/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=00';

function name(table: string) {
  const body = Buffer.from(JSON.stringify({ TableName: table, Key: {} }));
  const found = identify(
    {
      method: 'POST',
      target: '/',
      headers: [
        ['Host', 'dynamodb.us-east-1.amazonaws.com'],
        ['X-Amz-Target', 'DynamoDB_20120810.GetItem'],
        ['Content-Type', 'application/x-amz-json-1.0'],
        ['Authorization', AUTHORIZATION],
      ],
      scheme: 'https',
      authority: null,
      sni: null,
      connect: null,
    },
    { account: null },
  );
  return found.kind === 'named' ? found.named : found.name(body, false);
}

describe('a name that is longer than any of AWS', () => {
  it('is doubted, and stands in no record', () => {
    expect(name('Orders').certainty).toBe('exact');
    const long = name('x'.repeat(5_000_000));
    expect(long.certainty).toBe('ambiguous');
    expect(JSON.stringify(long).length).toBeLessThan(1_000);
  });
});
