import { describe, expect, it } from 'vitest';
import { thingOf } from '../../baseline/thing.ts';

const key = 's3:PutObject arn:aws:s3:::photos/a/*';

describe('what a finding is about', () => {
  it.each([
    ['s3:PutObject', 'arn:aws:s3:::backups/2025/x.tgz', 's3:PutObject arn:aws:s3:::backups/*'],
    ['s3:ListBucket', 'arn:aws:s3:::backups', 's3:ListBucket arn:aws:s3:::backups'],
    [
      'dynamodb:Scan',
      'arn:aws:dynamodb:us-east-1:111122223333:table/customers',
      'dynamodb:Scan arn:aws:dynamodb:us-east-1:111122223333:table/customers',
    ],
    [null, 'evil.example.com:443', 'evil.example.com:443'],
    ['iam:ListUsers', '*', 'iam:ListUsers *'],
  ])('is the action, and the bucket, table or host: %s on %s', (action, resource, thing) => {
    expect(thingOf({ action, resource, key })).toBe(thing);
  });

  it('is the key where it names neither', () => {
    expect(thingOf({ action: null, resource: null, key: 'bypass: python3' })).toBe('bypass: python3');
  });
});
