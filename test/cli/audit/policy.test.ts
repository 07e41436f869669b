import { describe, expect, it } from 'vitest';
import { auditFolder } from './templates.ts';

const { found } = auditFolder();

describe('what rolefence audit does not tell', () => {
  const policy = (...statements: object[]) =>
    found(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'policy.json');
  const allow = (Action: string | string[], Resource: string) => ({ Effect: 'Allow', Action, Resource });

  it('that an API which is named has many stages and connections', () => {
    const arn = 'arn:aws:execute-api:eu-west-1:111122223333:';
    expect(policy(allow('execute-api:ManageConnections', `${arn}a1b2c3/*`))).toEqual([]);
    expect(policy(allow('execute-api:ManageConnections', `${arn}*/*`))).toEqual(['RF103 medium 1 policy']);
  });

  it('that a batch job has a name of its own', () => {
    const arn = 'arn:aws:batch:eu-west-1:111122223333:';
    expect(policy({ ...allow('batch:SubmitJob', `${arn}job/*`) })).toEqual([]);
    expect(policy(allow('batch:SubmitJob', `${arn}job-definition/*`))).toEqual(['RF103 high 1 policy']);
  });

  it.each(['bedrock:InvokeModel', 's3-object-lambda:WriteGetObjectResponse', 'rekognition:DetectLabels'])(
    'that %s, which works on what it is handed, names no resource',
    (action) => expect(policy(allow(action, '*'))).toEqual([]),
  );

  it('what a Deny beside it takes back', () => {
    expect(policy(allow('iam:*', '*'), { Effect: 'Deny', Action: 'iam:*', Resource: '*' })).toEqual([]);
    expect(policy(allow(['kms:Decrypt', 'iam:*'], '*'), { Effect: 'Deny', Action: 'IAM:*', Resource: '*' })).toEqual([
      'RF103 high 1 policy',
    ]);
    expect(
      policy(allow('iam:*', '*'), { Effect: 'Deny', Action: 'iam:*', Resource: 'arn:aws:iam::*:role/x' }),
    ).not.toEqual([]);
  });
});

describe('ways up that rolefence audit knows', () => {
  it.each([
    [['iam:PassRole', 'sagemaker:CreateTrainingJob']],
    [['iam:PassRole', 'sagemaker:CreateProcessingJob']],
    [['sagemaker:CreatePresignedNotebookInstanceUrl']],
    [['glue:UpdateDevEndpoint']],
    [['glue:UpdateJob']],
  ])('%j', (Action) => {
    const text = JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    expect(found(text, 'policy.json')).toContain('RF201 critical 1 policy');
  });
});
