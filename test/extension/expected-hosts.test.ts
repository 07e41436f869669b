import { describe, expect, it } from 'vitest';
import type { BaselineDocument, FunctionBaseline } from '../../baseline/model/document.ts';
import { expectedHosts } from '../../extension/expected-hosts.ts';

function document(actions: Record<string, { regions: string[]; resources?: string[] }>): BaselineDocument {
  const map = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, 1]));
  const entries = Object.entries(actions).map(([action, { regions, resources = [] }]) => [
    action,
    { invocations: 1, regions: map(regions), credentials: {}, resources: map(resources), errors: {}, size: {} },
  ]);
  const entry = { actions: Object.fromEntries(entries) } as unknown as FunctionBaseline;
  return { format: 'rolefence.baseline/1', functions: { resize: entry } };
}

describe('hosts that a function is likely to call', () => {
  it('come from its baseline: services by region, buckets by name', () => {
    const known = document({
      'dynamodb:GetItem': { regions: ['eu-west-1'] },
      's3:GetObject': {
        regions: ['us-east-1'],
        resources: ['arn:aws:s3:::photos/{key}', 'arn:aws:s3:::my.dotted/{key}'],
      },
      'ses:SendEmail': { regions: ['eu-west-1'] },
    });
    expect(expectedHosts(known, 'resize', 'eu-west-1')).toEqual([
      'dynamodb.eu-west-1.amazonaws.com',
      'photos.s3.us-east-1.amazonaws.com',
      'email.eu-west-1.amazonaws.com',
    ]);
  });

  it('leave out what has no region or no host of its own', () => {
    const known = document({ 'iam:GetRole': { regions: ['none'] }, 'execute-api:Invoke': { regions: ['eu-west-1'] } });
    expect(expectedHosts(known, 'resize', null)).toEqual([]);
  });

  it('are the usual ones of its region where no baseline tells', () => {
    expect(expectedHosts(null, 'resize', 'eu-west-1')[0]).toBe('dynamodb.eu-west-1.amazonaws.com');
    expect(expectedHosts(document({}), 'another', null)[0]).toBe('dynamodb.us-east-1.amazonaws.com');
  });
});
