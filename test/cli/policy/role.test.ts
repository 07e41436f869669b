import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttachRolePolicyCommand, CreatePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { serializeBaseline } from '../../../baseline/model/write.ts';
import { resized, uuid } from '../../baseline/calls.ts';
import { because } from '../../toolchain/provide.ts';
import { python, responding } from '../respond/responding.ts';

describe.skipIf(python.missing !== null)(`the role as it is in AWS (moto)${because(python)}`, () => {
  const { folder, iam, run } = responding();

  it('is held against a baseline, what is attached to it with what is its own', async () => {
    const learner = createLearner();
    for (let i = 0; i < 20; i++) for (const one of resized(uuid(i), `i-${i}`)) learner.observe(one);
    writeFileSync(join(folder, 'b.json'), serializeBaseline(learner.document()));
    const allow = (Action: string[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    await iam().send(
      new PutRolePolicyCommand({
        RoleName: 'workers',
        PolicyName: 'own',
        PolicyDocument: allow(['s3:GetObject', 's3:PutObject', 's3:DeleteBucket']),
      }),
    );
    const { Policy } = await iam().send(
      new CreatePolicyCommand({ PolicyName: 'attached', PolicyDocument: allow(['iam:PassRole']) }),
    );
    await iam().send(new AttachRolePolicyCommand({ RoleName: 'workers', PolicyArn: Policy!.Arn! }));
    const { code, stdout } = run(
      'policy',
      'diff',
      '--role',
      'arn:aws:iam::111122223333:role/workers',
      '--baseline',
      'b.json',
      '--json',
    );
    expect(code).toBe(1);
    const { unused, ungranted } = JSON.parse(stdout);
    expect(unused.map((one: { action: string }) => one.action)).toEqual(['iam:PassRole', 's3:DeleteBucket']);
    expect(ungranted.map((one: { action: string }) => one.action)).toEqual(['dynamodb:PutItem']);
    const missing = run('policy', 'diff', '--role', 'nobody', '--baseline', 'b.json');
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('role nobody cannot be read')]);
  });
});
