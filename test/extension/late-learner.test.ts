import { describe, expect, it } from 'vitest';
import type { Call } from '../../baseline/call.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { createLateLearner } from '../../extension/late-learner.ts';
import { createLog } from '../../extension/log.ts';

const silent = createLog('error', () => {});
const call: Call = {
  id: '1',
  time: '2026-01-01T00:00:00.000Z',
  function: 'f',
  version: '1',
  environment: 'e',
  invocation: 'i',
  service: 'sqs',
  operation: 'SendMessage',
  certainty: 'exact',
  verdict: 'allow',
  access: [{ action: 'sqs:SendMessage', resources: ['arn:aws:sqs:us-east-1:111122223333:q'] }],
  region: 'us-east-1',
  account: '111122223333',
  accessKeyId: null,
  ownAccessKeyId: null,
  issuedAccessKeyId: null,
  prefix: null,
  host: 'sqs.us-east-1.amazonaws.com',
  items: 1,
  bytesOut: 1,
  bytesIn: 1,
  status: 200,
  errorCode: null,
  durationMs: 1,
};

describe('a learner that is loaded late', () => {
  it('has learned as little before it is loaded as one that has seen nothing', () => {
    const late = createLateLearner(silent);
    expect(late.document()).toEqual(createLearner().document());
    expect(late.takeDelta()).toBeNull();
  });

  it('learns as any other once it is ready, and is then waited for no longer', async () => {
    const late = createLateLearner(silent);
    await late.ready();
    expect(late.ready()).toBeNull();
    const other = createLearner();
    for (const learner of [late, other]) learner.observe(call);
    expect(late.document()).toEqual(other.document());
    expect(late.takeDelta()).toEqual(other.takeDelta());
  });
});
