import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signed, suffixOf } from '../../../extension/alerts/transport/aws-request.ts';
import { Sha256 } from '../sdk-hash.ts';

describe('a signed request', () => {
  it('has the signature that the SDKs’ own signer makes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('sns', 'events', 'securityhub'),
        fc.option(fc.stringMatching(/^[A-Za-z0-9+/=]{1,40}$/), { nil: undefined }),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        async (body, endpoint, sessionToken, now) => {
          const credentials = {
            accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
            secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
            ...(sessionToken === undefined ? {} : { sessionToken }),
          };
          const host = `${endpoint}.eu-west-1.amazonaws.com`;
          const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' };
          const ours = signed(
            { endpoint, region: 'eu-west-1', path: '/findings/import', headers, body },
            host,
            credentials,
            now,
          );
          const theirs = await new SignatureV4({
            service: endpoint,
            region: 'eu-west-1',
            credentials,
            sha256: Sha256 as never,
            applyChecksum: false,
          }).sign(
            {
              method: 'POST',
              protocol: 'https:',
              hostname: host,
              path: '/findings/import',
              query: {},
              headers: { ...headers, host },
              body,
            },
            { signingDate: now },
          );
          expect(ours.authorization).toBe(theirs.headers.authorization);
        },
      ),
      { numRuns: 100 },
    );
  });
  it.each([
    ['eu-west-1', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-north-1', 'amazonaws.com.cn'],
  ])('goes to the partition of its region: %s', (region, suffix) => {
    expect(suffixOf(region)).toBe(suffix);
  });
});
