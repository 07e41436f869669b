import { describe, expect, it } from 'vitest';
import { identify } from '../../../../extension/identify/identify.ts';
import type { NamedRequest } from '../../../../extension/identify/request.ts';

const SCOPE = 'ASIAQNZGKIQY56JQ7WML/20260101/us-east-1/s3/aws4_request';
const SIGNED = [
  'X-Amz-Algorithm=AWS4-HMAC-SHA256',
  `X-Amz-Credential=${encodeURIComponent(SCOPE)}`,
  'X-Amz-Date=20260101T000000Z',
  'X-Amz-Expires=900',
  'X-Amz-SignedHeaders=host',
  'X-Amz-Security-Token=t',
  'X-Amz-Signature=00',
].join('&');

function name(query: string, headers: readonly [string, string][] = []): NamedRequest {
  const found = identify(
    {
      method: 'PUT',
      target: `/2025/7.jpg?${query}`,
      headers: [['Host', 'thumbs.s3.us-east-1.amazonaws.com'], ...headers],
      scheme: 'https',
      authority: null,
      sni: 'thumbs.s3.us-east-1.amazonaws.com',
      connect: null,
    },
    { account: null },
  );
  return found.kind === 'named' ? found.named : found.name(new Uint8Array(), false);
}
const actions = (query: string, headers: readonly [string, string][] = []) => {
  const named = name(query, headers);
  return named.certainty === 'exact' ? named.access.map(({ action }) => action).sort() : named.certainty;
};

describe('fields of S3 that stand in the query', () => {
  it('make the same of a request as the fields themselves', () => {
    expect(actions(SIGNED)).toEqual(['s3:PutObject']);
    const copy = name(`x-amz-copy-source=%2Fsecret%2Fk&${SIGNED}`);
    expect(copy.operation).toBe('CopyObject');
    expect(copy.access).toContainEqual({ action: 's3:GetObject', resources: ['arn:aws:s3:::secret/k'] });
    expect(actions(`x-amz-acl=public-read&${SIGNED}`)).toEqual(['s3:PutObject', 's3:PutObjectAcl']);
    expect(actions(`X-Amz-Acl=public-read&${SIGNED}`)).toEqual(['s3:PutObject', 's3:PutObjectAcl']);
    expect(actions(`${SIGNED}&X-Amz-Tagging=a%3Db`)).toEqual(['s3:PutObject', 's3:PutObjectTagging']);
    expect(actions(`x-amz-grant-read=id%3D%22x%22&${SIGNED}`)).toEqual(['s3:PutObject', 's3:PutObjectAcl']);
  });

  it('do so too beside a signature in the Authorization field', () => {
    const authorization: [string, string] = [
      'Authorization',
      `AWS4-HMAC-SHA256 Credential=${SCOPE}, SignedHeaders=host, Signature=00`,
    ];
    expect(name('x-amz-copy-source=secret/k', [authorization]).operation).toBe('CopyObject');
  });

  it('are doubted where they stand twice', () => {
    expect(actions(`x-amz-acl=private&x-amz-acl=public-read&${SIGNED}`)).toBe('ambiguous');
    expect(actions(`x-amz-acl=private&${SIGNED}`, [['x-amz-acl', 'public-read']])).toBe('ambiguous');
  });

  it('are harmless where presigners put harmless ones', () => {
    expect(actions(`x-amz-checksum-crc32=AAAAAA%3D%3D&x-amz-sdk-checksum-algorithm=CRC32&${SIGNED}`)).toEqual([
      's3:PutObject',
    ]);
    expect(actions(`X-Amz-Content-Sha256=UNSIGNED-PAYLOAD&x-amz-meta-a=b&x-amz-user-agent=x&${SIGNED}`)).toEqual([
      's3:PutObject',
    ]);
  });
});
