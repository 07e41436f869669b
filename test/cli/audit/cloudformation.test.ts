import { describe, expect, it } from 'vitest';
import { auditFolder } from './templates.ts';

const { found } = auditFolder();

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
