import { describe, expect, it } from 'vitest';
import { readConfig } from '../../extension/config.ts';
import { engineReady } from '../../extension/identify/engine.ts';
import type { RequestHead } from '../../extension/identify/request.ts';
import { createLog } from '../../extension/log.ts';
import { createUnderstudy } from '../../extension/understudy.ts';

const HOST = 'dynamodb.eu-central-1.amazonaws.com';
/** As the rehearsal sends it. */
const HEAD: RequestHead = {
  method: 'POST',
  target: '/',
  headers: [
    ['x-amz-target', 'DynamoDB_20120810.GetItem'],
    ['content-type', 'application/x-amz-json-1.0'],
    ['content-length', '48'],
    ['host', HOST],
    ['x-amz-date', '20260101T000000Z'],
    ['x-amz-security-token', 'none'],
    ['x-amz-content-sha256', '0'.repeat(64)],
    [
      'authorization',
      `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/eu-central-1/dynamodb/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    ],
  ],
  scheme: 'https',
  authority: null,
  sni: HOST,
  connect: null,
};
const BODY = Buffer.from('{"TableName":"rehearsal","Key":{"id":{"S":"1"}}}');

describe('the understudy of the inspector', () => {
  it.each(['shared', 'sealed'] as const)(
    'lets the rehearsal’s calls go the whole way: credentials %s',
    async (credentials) => {
      const { config } = readConfig({ ROLEFENCE_CREDENTIALS: credentials });
      const identity = {
        function: 'f',
        version: '1',
        environment: 'e',
        account: null,
        ownAccessKeyId: null,
        invocation: null,
      };
      const inspector = await createUnderstudy(
        config,
        () => identity,
        null,
        createLog('error', () => {}),
      );
      await engineReady();
      const inspection = inspector.request(HEAD);
      if (inspection.kind !== 'body') throw new Error(`a body was to be read, not ${inspection.kind}`);
      const decision = inspection.decide(BODY, false);
      if (decision.kind !== 'forward') throw new Error('it was to be forwarded');
      const authorization = decision.rewriting?.headers.find(([name]) => name === 'authorization')?.[1];
      if (credentials === 'shared') expect(authorization).toBeUndefined();
      else expect(authorization).toMatch(/Credential=ASIAQNZGKIQYNOBODY12\/\d{8}\/eu-central-1\/dynamodb\//);
    },
  );
});
