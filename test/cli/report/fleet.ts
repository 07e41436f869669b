import type { Call } from '../../../baseline/call.ts';
import type { Finding, Severity } from '../../../baseline/finding.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../../baseline/model/document.ts';
import { aws, get, put } from '../../baseline/calls.ts';

/** A fleet: each function reads a bucket, writes a table and sends to a queue of its own; every twentieth has findings. */
export function fleet(count: number): { document: BaselineDocument; findings: Finding[]; calls: Call[] } {
  const learner = createLearner();
  const findings: Finding[] = [];
  const calls: Call[] = [];
  for (let i = 0; i < count; i++) {
    const name = `orders-${i}`;
    for (let n = 0; n < 3; n++) {
      const given = { function: name, invocation: `${name}-${n}`, time: `2026-01-0${1 + n}T0${n}:10:00.000Z` };
      const own = [
        get(`photos-${i}/in/${n}.jpg`, given),
        put(`photos-${i}/out/${n}.webp`, given),
        aws('dynamodb', 'PutItem', `arn:aws:dynamodb:eu-west-1:111122223333:table/t-${i}`, given),
        aws('sqs', 'SendMessage', `arn:aws:sqs:eu-west-1:111122223333:q-${i}`, given),
      ];
      for (const one of own) learner.observe(one);
      calls.push(own[0]!, own[2]!);
    }
    if (i % 20 === 0) for (let n = 0; n < 4; n++) findings.push(finding(name, n));
  }
  return { document: learner.document(), findings, calls };
}

const LEVELS: readonly Severity[] = ['critical', 'high', 'medium', 'low'];

export function finding(name: string, n: number, given: Partial<Finding> = {}): Finding {
  return {
    time: `2026-01-0${4 + (n % 4)}T1${n % 10}:00:00.000Z`,
    function: name,
    version: '7',
    environment: 'e-1',
    invocation: `i-${n}`,
    callId: `c-${n}`,
    scope: 'call',
    detector: 'resource',
    key: `s3:GetObject arn:aws:s3:::backups-${n}/*`,
    severity: LEVELS[n % 4]!,
    score: 0.97,
    blocked: n % 2 === 0,
    action: 's3:GetObject',
    resource: `arn:aws:s3:::backups-${n}/2025.tgz`,
    reason: 's3:GetObject on a bucket that this function has never used',
    techniques: ['T1530'],
    ...given,
  };
}
