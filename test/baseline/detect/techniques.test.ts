import { describe, expect, it } from 'vitest';
import { opensWays, riskOf } from '../../../baseline/detect/techniques.ts';

const STORED = ['T1565.001'];
const HANDED_ON = ['T1537', 'T1567'];

describe('an action is known from what its kind of verb does', () => {
  it.each([
    ['dynamodb:PutItem', STORED],
    ['dynamodb:UpdateItem', STORED],
    ['dynamodb:BatchWriteItem', STORED],
    ['dynamodb:PartiQLUpdate', STORED],
    ['cloudwatch:PutMetricData', STORED],
    ['sqs:SendMessage', HANDED_ON],
    ['kinesis:PutRecords', HANDED_ON],
    ['events:PutEvents', HANDED_ON],
    ['iot:Publish', HANDED_ON],
    ['sqs:ReceiveMessage', ['T1530']],
    ['autoscaling:UpdateAutoScalingGroup', ['T1578']],
    ['lightsail:CreateInstances', ['T1578']],
  ])('%s', (action, techniques) => {
    expect(riskOf(action)).toEqual({ severity: 'medium', techniques });
    expect(opensWays(action)).toBe(false);
  });
});
