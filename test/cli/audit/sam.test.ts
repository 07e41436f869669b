import { describe, expect, it } from 'vitest';
import { rolefence } from '../policy/rolefence.ts';
import { auditFolder, sam, statement } from './templates.ts';

const { folder, found } = auditFolder();

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
