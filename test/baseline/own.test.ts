import { describe, expect, it } from 'vitest';
import { callsFromCloudTrail } from '../../baseline/cloudtrail.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { conditionsHold } from '../../baseline/policy/condition.ts';
import { sidFor } from '../../baseline/policy/sid.ts';
import { usageOf } from '../../baseline/policy/usage.ts';
import { aws } from './calls.ts';

/** Names that every object answers to. */
const INHERITED = ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'];

describe.each(INHERITED)('a record that says %s', (name) => {
  const event = (given: Record<string, unknown>) => ({
    eventTime: '2026-01-05T08:00:00Z',
    eventSource: 's3.amazonaws.com',
    eventName: 'GetObject',
    awsRegion: 'eu-west-1',
    userIdentity: {
      type: 'AssumedRole',
      accountId: '111122223333',
      arn: 'arn:aws:sts::111122223333:assumed-role/r/resize',
    },
    requestParameters: {},
    ...given,
  });

  it('as the source of a CloudTrail event is read by that name', () => {
    const call = callsFromCloudTrail(event({ eventSource: `${name}.amazonaws.com` }));
    expect(call).toMatchObject({ service: name, access: [{ action: `${name}:GetObject`, resources: ['*'] }] });
  });
  it('as the operation of a CloudTrail event is read by that name', () => {
    for (const eventSource of ['s3.amazonaws.com', 'dynamodb.amazonaws.com', 'lambda.amazonaws.com'])
      expect(callsFromCloudTrail(event({ eventSource, eventName: name }))?.access[0]?.action).toBe(
        `${eventSource.split('.')[0]}:${name}`,
      );
  });
  it('as service or action is learned and recommended by that name', () => {
    const learner = createLearner();
    learner.observe(aws(name, name, 'arn:aws:sqs:eu-west-1:111122223333:q'));
    const baseline = Object.values(learner.document().functions)[0]!;
    expect(usageOf('resize', baseline).uses.map(({ action }) => action)).toEqual([`${name}:${name}`]);
    expect(sidFor([`${name}:${name}`], ['*'])).toMatch(/^[A-Za-z0-9]+$/);
  });
  it('as the operator of a condition asks for nothing that is known', () => {
    const asked = new Set<string>();
    const context = new Map([['aws:requestedregion', ['eu-west-1']]]);
    expect(conditionsHold([{ operator: name, key: 'aws:RequestedRegion', values: ['x'] }], context, asked)).toBe(
      'unknown',
    );
  });
});
