import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rolefence } from '../policy/rolefence.ts';
import { auditFolder, statement } from './templates.ts';

const { folder, found } = auditFolder();

describe('rolefence audit of other files', () => {
  it('reads a bare policy', () => {
    const policy = { Version: '2012-10-17', Statement: [{ Sid: 'All', Effect: 'Allow', Action: '*', Resource: '*' }] };
    expect(found(JSON.stringify(policy, null, 2), 'policy.json')).toEqual(['RF101 critical 4 All']);
    expect(
      found('Statement: {Effect: Allow, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:eu-west-1:111122223333:q"}'),
    ).toEqual([]);
  });

  it('reads serverless.yml, whose functions share a role', () => {
    const text = `service: shop
provider:
  name: aws
  layers: [arn:aws:lambda:eu-west-1:111122223333:layer:rolefence:1]
  iam:
    role:
      statements:
        - Effect: Allow
          Action: [dynamodb:*]
          Resource: "*"
functions:
  a: {handler: a.b}
  b: {handler: b.b}
`;
    expect(found(text, 'serverless.yml')).toEqual(['RF102 high 8 provider', 'RF301 medium 2 provider']);
  });

  const plan = (documents: Record<string, unknown>) => ({
    format_version: '1.2',
    terraform_version: '1.9.0',
    planned_values: {
      root_module: {
        resources: [
          {
            address: 'aws_iam_role.fn',
            type: 'aws_iam_role',
            values: {
              name: 'fn',
              assume_role_policy: JSON.stringify({
                Statement: [
                  { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
                ],
              }),
            },
          },
          {
            address: 'aws_iam_role_policy.inline',
            type: 'aws_iam_role_policy',
            values: {
              role: 'fn',
              policy: JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' }] }),
            },
          },
          { address: 'aws_iam_policy.extra', type: 'aws_iam_policy', values: documents },
          { address: 'aws_iam_role_policy_attachment.extra', type: 'aws_iam_role_policy_attachment', values: {} },
          {
            address: 'aws_lambda_function.a',
            type: 'aws_lambda_function',
            values: { environment: [{ variables: { ROLEFENCE_MODE: 'alert' } }] },
          },
        ],
        child_modules: [
          {
            resources: [
              {
                address: 'module.b.aws_lambda_function.b',
                type: 'aws_lambda_function',
                values: {
                  role: 'arn:aws:iam::111122223333:role/other',
                  layers: ['arn:aws:lambda:eu-west-1:1:layer:rolefence:1'],
                },
              },
            ],
          },
        ],
      },
    },
    configuration: {
      root_module: {
        resources: [
          {
            address: 'aws_iam_role_policy_attachment.extra',
            expressions: {
              role: { references: ['aws_iam_role.fn.name', 'aws_iam_role.fn'] },
              policy_arn: { references: ['aws_iam_policy.extra.arn', 'aws_iam_policy.extra'] },
            },
          },
          {
            address: 'aws_iam_policy.extra',
            expressions: {
              policy: { references: ['data.aws_iam_policy_document.extra.json', 'data.aws_iam_policy_document.extra'] },
            },
          },
          {
            address: 'aws_lambda_function.a',
            expressions: { role: { references: ['aws_iam_role.fn.arn', 'aws_iam_role.fn'] } },
          },
        ],
      },
    },
    prior_state: {
      values: {
        root_module: {
          resources: [
            {
              address: 'data.aws_iam_policy_document.extra',
              type: 'aws_iam_policy_document',
              values: {
                json: JSON.stringify({
                  Statement: [{ Effect: 'Allow', Action: 'lambda:CreateFunction', Resource: '*' }],
                }),
              },
            },
          ],
        },
      },
    },
  });

  it('reads a Terraform plan, with what is known only by reference', () => {
    const lines = found(JSON.stringify(plan({}), null, 2), 'plan.json');
    expect(lines.map((line) => line.replace(/ \d+ /, ' '))).toEqual([
      'RF201 critical aws_iam_role_policy.inline',
      'RF202 high aws_iam_role_policy.inline',
      'RF103 high aws_iam_policy.extra',
    ]);
  });

  it('looks through folders, and leaves out what is no template', () => {
    mkdirSync(join(folder, 'stack/node_modules/x'), { recursive: true });
    writeFileSync(join(folder, 'stack/template.yaml'), statement('Action: "*"\nResource: "*"'));
    writeFileSync(join(folder, 'stack/values.yaml'), 'a: 1\n');
    writeFileSync(join(folder, 'stack/node_modules/x/template.yaml'), statement('Action: "*"\nResource: "*"'));
    const { findings } = JSON.parse(rolefence(['audit', '--json', 'stack'], { cwd: folder }).stdout);
    expect(findings.map((one: { file: string }) => one.file)).toEqual(['stack/template.yaml']);
  });

  it.each([
    [['audit'], 'no input: name a FILE'],
    [['audit', 'missing.yaml'], 'missing.yaml: no such file or folder'],
    [['audit', 'odd.yaml'], 'odd.yaml: neither a CloudFormation or SAM template'],
    [['audit', 'broken.yaml'], 'broken.yaml:3: neither valid YAML nor JSON'],
    [['audit', 'secret.yaml'], 'secret.yaml:2: neither valid YAML nor JSON ('],
    [['audit', 'empty.yaml'], 'empty.yaml: it is empty'],
    [['audit', 'main.tf'], 'main.tf: of Terraform the plan is read, not the configuration'],
    [['audit', '--format', 'xml', 'odd.yaml'], '--format must be table, json or sarif'],
    [['audit', '--severity', 'loud', 'odd.yaml'], '--severity must be info, low, medium, high or critical'],
    [['audit', 'effect.yaml'], 'effect.yaml:3: policy: the statement’s Effect is "Maybe", expected Allow or Deny'],
  ])('%j ends with exit code 2 and one line', (args, sentence) => {
    writeFileSync(join(folder, 'odd.yaml'), 'a: 1\n');
    writeFileSync(join(folder, 'broken.yaml'), 'a: [1\nb: "c\n');
    writeFileSync(join(folder, 'secret.yaml'), 'a: 1\nPassword "hunter2" {\n');
    writeFileSync(join(folder, 'empty.yaml'), ' \n');
    writeFileSync(join(folder, 'main.tf'), 'resource "aws_iam_role" "x" {}\n');
    writeFileSync(
      join(folder, 'effect.yaml'),
      'Version: 2012-10-17\nStatement:\n  - {Effect: Maybe, Action: "*", Resource: "*"}\n',
    );
    const { code, stderr } = rolefence(args, { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('hunter2');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
