import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, describe, expect, it } from 'vitest';
import { audit, rules } from '../../../baseline/policy/audit/audit.ts';
import { Collector } from '../../../cli/audit/collector.ts';
import { readTemplate } from '../../../cli/audit/read.ts';
import { ROOT, rolefence } from '../policy/rolefence.ts';

const folder = mkdtempSync(join(tmpdir(), 'rolefence-audit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Findings of a template, as "rule severity line resource". Without a process of its own for each: the command has its tests below. */
function found(text: string, name = `t-${files++}.yaml`, account: string | null = null): string[] {
  const path = join(folder, name);
  writeFileSync(path, text);
  const model = new Collector();
  readTemplate({ name: path, given: true }, model);
  return audit(model, { account }).map((one) => `${one.ruleId} ${one.severity} ${one.line} ${one.resource}`);
}

const SENSOR = `      Layers: [!Ref RolefenceLayer]
      Environment: {Variables: {AWS_LAMBDA_EXEC_WRAPPER: /opt/rolefence/wrapper}}
`;

const sam = (policies: string) => `Transform: AWS::Serverless-2016-10-31
Resources:
  Resize:
    Type: AWS::Serverless::Function
    Properties:
${SENSOR}      Policies:
${policies}`;

const statement = (lines: string) =>
  sam(`        - Statement:\n            - Effect: Allow\n${lines.replace(/^/gm, '              ')}\n`);

describe('rolefence audit of SAM', () => {
  it('is quiet about a well-made function', () => {
    expect(
      found(
        sam(`        - AWSLambdaBasicExecutionRole
        - S3ReadPolicy: {BucketName: !Ref Photos}
        - Statement:
            - Effect: Allow
              Action: [dynamodb:PutItem, dynamodb:GetItem]
              Resource: !GetAtt Table.Arn
            - Effect: Allow
              Action: s3:GetObject
              Resource: !Sub "arn:\${AWS::Partition}:s3:::\${Photos}/raw/*"
            - Effect: Allow
              Action: [xray:PutTraceSegments, cloudwatch:PutMetricData, rekognition:DetectLabels, logs:PutLogEvents]
              Resource: "*"
`),
      ),
    ).toEqual([]);
  });

  it.each([
    ['Action: "*"\nResource: "*"', ['RF101 critical 10 Resize']],
    ['Action: "*:*"\nResource: "*"', ['RF101 critical 10 Resize']],
    ['Action: s3:*\nResource: "*"', ['RF102 high 10 Resize']],
    ['Action: s3:*\nResource: arn:aws:s3:::photos/*', ['RF102 medium 10 Resize']],
    ['Action: S3:GetObject\nResource: "*"', ['RF103 medium 10 Resize']],
    ['Action: s3:GetObject\nResource: arn:aws:s3:::*', ['RF103 medium 10 Resize']],
    [
      `Action: dynamodb:Scan\nResource: !Sub "arn:aws:dynamodb:\${AWS::Region}:\${AWS::AccountId}:table/*"`,
      ['RF103 medium 10 Resize'],
    ],
    ['Action: kms:Decrypt\nResource: "*"', ['RF103 high 10 Resize']],
    ['Action: kms:Decrypt\nResource: "*"\nCondition: {StringEquals: {kms:ViaService: s3.eu-west-1.amazonaws.com}}', []],
    ['NotAction: iam:*\nResource: arn:aws:s3:::a', ['RF104 high 10 Resize']],
    ['Action: s3:GetObject\nNotResource: arn:aws:s3:::a', ['RF105 high 10 Resize', 'RF103 medium 10 Resize']],
    ['Action: iam:PassRole\nResource: "*"', ['RF202 high 10 Resize']],
    [
      'Action: [iam:PassRole, lambda:CreateFunction]\nResource: "*"',
      ['RF201 critical 10 Resize', 'RF103 high 10 Resize', 'RF202 high 10 Resize'],
    ],
    ['Action: lambda:UpdateFunctionCode\nResource: "*"', ['RF201 critical 10 Resize', 'RF103 high 10 Resize']],
    ['Action: lambda:UpdateFunctionCode\nResource: arn:aws:lambda:eu-west-1:111122223333:function:blue', []],
    ['Action: iam:CreatePolicyVersion\nResource: "*"', ['RF201 critical 10 Resize', 'RF103 high 10 Resize']],
    ['Action: sts:AssumeRole\nResource: "*"', ['RF203 high 10 Resize']],
  ])('%s', (lines, expected) => {
    expect(found(statement(lines))).toEqual(expected);
  });

  it('joins what a role has in several statements into one way up', () => {
    expect(
      found(
        sam(`        - Statement:
            - {Effect: Allow, Action: "iam:Pass*", Resource: "*"}
            - {Effect: Allow, Action: "lambda:Create*", Resource: "*"}
`),
      ),
    ).toContain('RF201 critical 10 Resize');
  });

  it('lets a Deny count', () => {
    expect(
      found(
        sam(`        - Statement:
            - {Effect: Allow, Action: "iam:PassRole", Resource: "*"}
            - {Effect: Deny, Action: "iam:*", Resource: "*"}
`),
      ),
    ).not.toContain('RF202 high 10 Resize');
  });

  it('names broad managed policies', () => {
    expect(
      found(sam('        - AdministratorAccess\n        - arn:aws:iam::aws:policy/AmazonSQSFullAccess\n')),
    ).toEqual(['RF106 critical 8 Resize', 'RF106 medium 8 Resize']);
  });

  it('takes the default of a parameter and both branches of a condition', () => {
    expect(
      found(
        `Parameters: {Target: {Type: String, Default: "*"}}\n${statement('Action: s3:GetObject\nResource: !Ref Target')}`,
      ),
    ).toEqual(['RF103 medium 11 Resize']);
    expect(found(statement('Action: s3:GetObject\nResource: !If [Prod, !GetAtt Photos.Arn, "*"]'))).toEqual([
      'RF103 medium 10 Resize',
    ]);
  });

  it('finds a function without a sensor: a notice, or more where others have one', () => {
    const bare = '  Mail:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b}\n';
    expect(found(`Resources:\n${bare}`)).toEqual(['RF501 info 2 Mail']);
    expect(found(`${sam('        - AWSLambdaBasicExecutionRole\n')}${bare}`)).toEqual(['RF501 low 10 Mail']);
  });

  it('finds a URL without authentication, and secrets in variables without showing them', () => {
    const text = `Globals: {Function: {Layers: [!Ref RolefenceLayer]}}
Resources:
  Api:
    Type: AWS::Serverless::Function
    Properties:
      FunctionUrlConfig:
        AuthType: NONE
      Environment:
        Variables:
          DB_PASSWORD: correct-horse
          API_KEY: !Ref Key
          TOKEN_SECRET_KEY: "{{resolve:secretsmanager:prod}}"
`;
    expect(found(text, 'secrets.yaml')).toEqual(['RF402 high 7 Api', 'RF601 high 10 Api']);
    expect(rolefence(['audit', 'secrets.yaml'], { cwd: folder }).stdout).not.toContain('correct-horse');
  });
});

describe('rolefence audit of CloudFormation', () => {
  const lambda = (id: string) => `  ${id}:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Shared.Arn
      Layers: [arn:aws:lambda:eu-west-1:111122223333:layer:rolefence:1]
`;
  const role = (trust: string) => `  Shared:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: ${trust}
            Action: sts:AssumeRole
`;

  it('finds a role that functions share', () => {
    expect(found(`Resources:\n${role('{Service: lambda.amazonaws.com}')}${lambda('A')}${lambda('B')}`)).toEqual([
      'RF301 medium 2 Shared',
    ]);
    expect(found(`Resources:\n${role('{Service: lambda.amazonaws.com}')}${lambda('A')}`)).toEqual([]);
  });

  it('finds who else may assume a role', () => {
    expect(found(`Resources:\n${role('"*"')}`)).toEqual(['RF404 critical 7 Shared']);
    const foreign = `Resources:\n${role('{AWS: arn:aws:iam::999999999999:root}')}`;
    expect(found(foreign)).toEqual(['RF403 medium 7 Shared']);
    expect(found(foreign, 'own.yaml', '999999999999')).toEqual([]);
    expect(found(`Resources:\n${role('{AWS: !Join [":", ["arn:aws:iam:", !Ref AWS::AccountId, root]]}')}`)).toEqual([]);
    expect(found(`${foreign}            Condition: {StringEquals: {sts:ExternalId: abc}}\n`)).toEqual([]);
  });

  it('puts policies that stand elsewhere to their role', () => {
    const policy = `  Extra:
    Type: AWS::IAM::Policy
    Properties:
      Roles: [!Ref Shared]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Action: "lambda:CreateFunction", Resource: "*"}
`;
    const pass = `      Policies:
        - PolicyName: p
          PolicyDocument: {Statement: [{Effect: Allow, Action: iam:PassRole, Resource: "*"}]}
`;
    expect(found(`Resources:\n${role('{Service: lambda.amazonaws.com}')}${pass}${policy}`)).toContain(
      'RF201 critical 12 Shared',
    );
  });

  it('finds what is open to everybody', () => {
    const bucket = (condition: string) => `Resources:
  Open:
    Type: AWS::S3::BucketPolicy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Principal: "*"
            Action: s3:GetObject
            Resource: arn:aws:s3:::a/*
${condition}`;
    expect(found(bucket(''))).toEqual(['RF401 critical 7 Open']);
    expect(found(bucket('            Condition: {StringEquals: {aws:PrincipalOrgID: o-1}}\n'))).toEqual([]);
    expect(
      found('Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead\n'),
    ).toEqual(['RF401 critical 5 B']);
  });

  it('finds permissions of services that anybody can use, and of everybody', () => {
    const permission = (principal: string, more = '') =>
      `Resources:\n  P:\n    Type: AWS::Lambda::Permission\n    Properties:\n      Principal: ${principal}\n${more}`;
    expect(found(permission('"*"'))).toEqual(['RF401 critical 5 P']);
    expect(found(permission('s3.amazonaws.com'))).toEqual(['RF405 medium 5 P']);
    expect(found(permission('s3.amazonaws.com', '      SourceAccount: !Ref AWS::AccountId\n'))).toEqual([]);
    expect(found(permission("'999999999999'"))).toEqual(['RF403 medium 5 P']);
  });

  it('reads JSON as CDK writes it, with lines', () => {
    const template = {
      Resources: {
        Role1ABC: {
          Type: 'AWS::IAM::Role',
          Properties: {
            ManagedPolicyArns: [
              { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::aws:policy/AdministratorAccess']] },
            ],
          },
        },
        Policy1: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            Roles: [{ Ref: 'Role1ABC' }],
            PolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: ['arn:aws:s3:::a', 'arn:aws:s3:::a/*'] }],
            },
          },
        },
      },
    };
    expect(found(JSON.stringify(template, null, 2), 'stack.template.json')).toEqual([
      'RF106 critical 6 Role1ABC',
      'RF102 medium 32 Policy1',
    ]);
  });
});

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

describe('what rolefence audit prints', () => {
  it('is SARIF 2.1.0 by its published schema', () => {
    const schema = JSON.parse(
      readFileSync(join(ROOT, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8'),
    );
    // Its draft-04 differs from Ajv's draft-07 in names only, for what it uses
    delete schema.$schema;
    delete schema.id;
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    (formats as unknown as (to: Ajv) => void)(ajv);
    const validate = ajv.compile(schema);
    writeFileSync(
      join(folder, 'a b.yaml'),
      `${statement('Action: s3:*\nResource: "*"')}  Mail:\n    Type: AWS::Serverless::Function\n`,
    );
    const { stdout, code } = rolefence(['audit', '--format', 'sarif', 'a b.yaml'], { cwd: folder });
    const log = JSON.parse(stdout);
    expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
    expect(code).toBe(1);
    const [run] = log.runs;
    expect(run.tool.driver.rules).toHaveLength(rules.length);
    expect(run.results[0]).toMatchObject({
      ruleId: 'RF102',
      ruleIndex: 1,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b.yaml', uriBaseId: 'SRCROOT' },
            region: { startLine: 10 },
          },
        },
      ],
    });
  });

  it('is a table that says why and how to mend', () => {
    writeFileSync(join(folder, 'wide.yaml'), statement('Action: "*"\nResource: "*"'));
    const { stdout } = rolefence(['audit', 'wide.yaml'], { cwd: folder });
    expect(stdout).toContain(
      'CRITICAL RF101 Everything is allowed\n  wide.yaml:10  Resize\n    every action is allowed on every resource\n',
    );
    expect(stdout).toContain('Why: ');
    expect(stdout).toContain('Fix: ');
  });

  it('is JSON in the documented form, with an exit code that notices do not raise', () => {
    const bare = 'Resources:\n  Mail:\n    Type: AWS::Serverless::Function\n    Properties: {Handler: a.b}\n';
    writeFileSync(join(folder, 'bare.yaml'), bare);
    writeFileSync(join(folder, 'all.yaml'), statement('Action: "*"\nResource: "*"'));
    const notice = rolefence(['audit', '--json', 'bare.yaml'], { cwd: folder });
    expect(notice.code).toBe(0);
    expect(JSON.parse(notice.stdout).findings.map((one: { severity: string }) => one.severity)).toEqual(['info']);
    const { code, stdout, stderr } = rolefence(['audit', '--json', 'all.yaml'], { cwd: folder });
    expect([code, stderr]).toEqual([1, '']);
    expect(JSON.parse(stdout)).toEqual({
      findings: [
        {
          ruleId: 'RF101',
          severity: 'critical',
          file: 'all.yaml',
          line: 10,
          resource: 'Resize',
          message: 'every action is allowed on every resource',
          fix: expect.stringMatching(/\.$/),
        },
      ],
    });
  });

  it('can leave out rules and what is less serious', () => {
    writeFileSync(join(folder, 'some.yaml'), statement('Action: [iam:PassRole, lambda:CreateFunction]\nResource: "*"'));
    const ids = (...options: string[]) =>
      JSON.parse(rolefence(['audit', '--json', ...options, 'some.yaml'], { cwd: folder }).stdout).findings.map(
        (one: { ruleId: string }) => one.ruleId,
      );
    expect(ids('--severity', 'critical')).toEqual(['RF201']);
    expect(ids('--ignore', 'RF201', '--ignore', 'rf103')).toEqual(['RF202']);
  });
});

describe('the rules', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s says what, why and how to mend', (id, rule) => {
    expect(id).toMatch(/^RF\d{3}$/);
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.fix).toMatch(/\.$/);
  });

  it('have an id each', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });
});
