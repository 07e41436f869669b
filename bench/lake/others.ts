import type { Random } from '../fleet/random.ts';
import { ACCOUNT, REGION, record, session } from './event.ts';
import { hex, letters, uuid } from './made-up.ts';

/** What else stands in a trail: services that assume roles and decrypt, people and pipelines that describe and list. */
export function other(r: Random, time: number): object {
  const service = `service-${r.below(200)}`;
  const key = `ASIA${letters(r, 16).toUpperCase()}`;
  const made = { data: false, answer: null };
  const kind = r.below(10);
  if (kind < 4)
    return record(r, time, {
      ...made,
      identity: { type: 'AWSService', invokedBy: 'lambda.amazonaws.com' },
      source: 'sts',
      operation: 'AssumeRole',
      parameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/service-role/${service}-role`, roleSessionName: service },
      answer: {
        credentials: { accessKeyId: key, sessionToken: letters(r, 400), expiration: 'Oct 2, 2026, 4:00:00 PM' },
        assumedRoleUser: {
          assumedRoleId: `AROAEXAMPLE:${service}`,
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${service}-role/${service}`,
        },
      },
      resources: [
        {
          accountId: ACCOUNT,
          type: 'AWS::IAM::Role',
          ARN: `arn:aws:iam::${ACCOUNT}:role/service-role/${service}-role`,
        },
      ],
    });
  if (kind < 6)
    return record(r, time, {
      ...made,
      identity: { ...session(service, `${service}-role`, key, time, null), invokedBy: 'dynamodb.amazonaws.com' },
      source: 'kms',
      operation: 'Decrypt',
      parameters: {
        encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
        encryptionContext: { 'aws:dynamodb:tableName': service, 'aws:dynamodb:subscriberId': ACCOUNT },
      },
      resources: [
        { accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${uuid(r)}` },
      ],
    });
  if (kind < 8)
    return record(r, time, {
      ...made,
      identity: session(`i-${hex(r, 17)}`, 'fleet', key, time, null),
      source: 'ec2',
      operation: r.pick(['DescribeInstances', 'DescribeVolumes', 'DescribeNetworkInterfaces']),
      parameters: {
        filterSet: { items: [{ name: 'instance-state-name', valueSet: { items: [{ value: 'running' }] } }] },
        instancesSet: {},
      },
    });
  return record(r, time, {
    ...made,
    identity:
      kind === 8
        ? {
            type: 'IAMUser',
            principalId: 'AIDAEXAMPLE',
            arn: `arn:aws:iam::${ACCOUNT}:user/pipeline`,
            accountId: ACCOUNT,
            accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
            userName: 'pipeline',
          }
        : session('jo@example.com', 'AWSReservedSSO_Admin_0123456789abcdef', key, time, null),
    source: r.pick(['cloudformation', 'iam', 'logs', 'cloudfront']),
    operation: r.pick(['DescribeStacks', 'GetRole', 'ListTagsForResource']),
    parameters: { stackName: `stack-${r.below(50)}`, nextToken: letters(r, 200) },
  });
}
