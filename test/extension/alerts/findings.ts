import type { Call } from '../../../baseline/call.ts';
import type { Finding } from '../../../baseline/finding.ts';

export const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:resize';

/** A finding with the members that a test is about; all others as they usually are. */
export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    time: '2026-01-01T00:00:00.000Z',
    function: FUNCTION,
    version: '7',
    environment: 'a1b2',
    invocation: 'req-1',
    callId: 'a1b2-17',
    scope: 'call',
    detector: 'resource',
    key: 's3:GetObject arn:aws:s3:::backups/*',
    severity: 'high',
    score: 0.97,
    blocked: true,
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::backups/2025.tgz',
    reason: 's3:GetObject on bucket backups that this function has never used; normal is photos',
    techniques: ['T1530'],
    ...changes,
  };
}

export function call(changes: Partial<Call> = {}): Call {
  return {
    id: 'a1b2-17',
    time: '2026-01-01T00:00:00.000Z',
    function: FUNCTION,
    version: '7',
    environment: 'a1b2',
    invocation: 'req-1',
    service: 's3',
    operation: 'GetObject',
    certainty: 'exact',
    verdict: null,
    access: [{ action: 's3:GetObject', resources: ['arn:aws:s3:::backups/2025.tgz'] }],
    region: 'eu-west-1',
    account: '111122223333',
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    ownAccessKeyId: 'ASIAIOSFODNN7EXAMPLE',
    issuedAccessKeyId: null,
    prefix: null,
    host: 'backups.s3.eu-west-1.amazonaws.com',
    items: null,
    bytesOut: null,
    bytesIn: null,
    status: null,
    errorCode: null,
    durationMs: null,
    ...changes,
  };
}

/** One of every kind that detectors make. */
export const EVERY_KIND: readonly Finding[] = [
  finding(),
  finding({
    detector: 'action',
    key: 'iam:CreateUser',
    severity: 'critical',
    action: 'iam:CreateUser',
    resource: 'arn:aws:iam::111122223333:user/eve',
    reason: 'This function has never used iam:CreateUser; normal is nothing of iam',
    techniques: ['T1136.003'],
  }),
  finding({
    detector: 'action',
    key: 's3:DeleteObject',
    action: 's3:DeleteObject',
    reason: 'This function has never used s3:DeleteObject; normal is s3:GetObject, s3:PutObject',
    techniques: ['T1485'],
  }),
  finding({
    detector: 'egress',
    key: 'egress evil.example:443',
    action: null,
    resource: 'evil.example:443',
    reason: 'This function has never connected to evil.example:443; normal is no connection outside AWS',
    techniques: ['T1567', 'T1048'],
  }),
  finding({
    detector: 'credential',
    key: 'key AKIAIOSFODNN7EXAMPLE',
    severity: 'critical',
    reason: 'A call signed with key AKIAIOSFODNN7EXAMPLE, which is neither the role’s own nor issued',
    techniques: ['T1078.004', 'T1550.001'],
  }),
  finding({
    detector: 'region',
    key: 'region us-west-2',
    reason: 'This function has never called s3 in us-west-2; normal is eu-west-1',
    techniques: ['T1535'],
  }),
  finding({
    detector: 'certainty',
    key: 'unknown operation of s3',
    action: 's3:*',
    resource: null,
    reason: 'A request to s3.amazonaws.com is no operation that the catalog knows',
    techniques: [],
  }),
  finding({
    detector: 'volume',
    key: 's3:GetObject: calls in one invocation',
    blocked: false,
    severity: 'medium',
    reason: '900 calls in one invocation (s3:GetObject); normal is at most 12',
  }),
  finding({
    detector: 'company',
    key: 'order: s3:GetObject arn:aws:s3:::photos',
    blocked: false,
    reason:
      's3:GetObject for globex (photos/globex/…) in an invocation for moe; normal is one folder, as in about 4014 invocations; told already in this invocation',
  }),
  finding({
    detector: 'omission',
    key: 'ended without dynamodb:PutItem arn:aws:dynamodb:eu-west-1:111122223333:table/audit',
    blocked: false,
    severity: 'medium',
    action: 'dynamodb:PutItem',
    resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/audit',
    reason:
      'Of the last 4 invocations 4 ended without dynamodb:PutItem on table/audit; normal is none of 128 looked at',
    techniques: ['T1565'],
  }),
  finding({
    detector: 'hours',
    key: 'run outside 02:00 to 03:00 UTC',
    blocked: false,
    severity: 'medium',
    score: 0.6,
    action: null,
    resource: null,
    reason: 'This function ran at 13:14 UTC; normal is 02:00 to 03:00 UTC, day after day',
    techniques: ['T1648'],
  }),
  finding({
    detector: 'sensor',
    key: 'sensor: calls are not read',
    scope: 'function',
    time: null,
    callId: null,
    invocation: null,
    severity: 'critical',
    action: null,
    resource: null,
    blocked: false,
    reason: 'the sensor process was restarted and its CA key is gone: AWS calls go through unread',
    techniques: ['T1562.001'],
  }),
  finding({
    function: null,
    version: null,
    environment: null,
    severity: 'info',
    detector: 'order',
    key: 'order x',
    action: null,
    resource: null,
    techniques: ['T9999'],
    reason: 'x'.repeat(3_000),
  }),
];
