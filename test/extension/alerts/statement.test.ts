import { describe, expect, it } from 'vitest';
import { statementsOf } from '../../../extension/alerts/statement.ts';
import { finding } from './findings.ts';

describe('the statements that would allow and forbid a finding', () => {
  it('name exactly its action and its resource', () => {
    expect(statementsOf(finding())).toEqual({
      allow: {
        Sid: 'AllowS3GetObject',
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::backups/2025.tgz',
      },
      forbid: {
        Sid: 'DenyS3GetObject',
        Effect: 'Deny',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::backups/2025.tgz',
      },
    });
  });
  it('hold a list call to its prefix', () => {
    const statements = statementsOf(
      finding({ action: 's3:ListBucket', resource: 'arn:aws:s3:::backups?prefix=2025/' }),
    );
    expect(statements?.allow).toMatchObject({
      Resource: 'arn:aws:s3:::backups',
      Condition: { StringLike: { 's3:prefix': '2025/*' } },
    });
  });
  it('hold a call in a new region to that region', () => {
    expect(statementsOf(finding({ detector: 'region', key: 'region us-west-2' }))?.forbid).toMatchObject({
      Condition: { StringEquals: { 'aws:RequestedRegion': 'us-west-2' } },
    });
  });
  it('take a dollar sign in a name for what it is, not for the beginning of a policy variable', () => {
    expect(statementsOf(finding({ resource: 'arn:aws:s3:::b/$%7Baws:username%7D' }))?.allow.Resource).toBe(
      ['arn:aws:s3:::b/$', '{$}{aws:username}'].join(''),
    );
  });
  it.each([
    ['egress', { detector: 'egress', action: null, resource: 'evil.example:443' }],
    ['a key that is not the role’s', { detector: 'credential' }],
    ['what is normal at another hour', { detector: 'hours' }],
    ['what is normal in a smaller number', { detector: 'volume' }],
    ['a request without a certain name', { detector: 'certainty', action: 's3:*' }],
  ])('are not made up for %s', (_what, changes) => {
    expect(statementsOf(finding(changes))).toBeNull();
  });
});
