import type { AuditModel, Place, PlacedStatement, Rule } from '../model.ts';
import { grantsOpenly, isAdministrator, listed } from '../statements.ts';

/** Ways from these rights to more rights. All actions of a way must be allowed on names that nobody wrote down. */
const WAYS: readonly (readonly [way: string, ...actions: string[]])[] = [
  ['write a new version of a policy', 'iam:CreatePolicyVersion'],
  ['go back to an older, wider version of a policy', 'iam:SetDefaultPolicyVersion'],
  ['make access keys for other users', 'iam:CreateAccessKey'],
  ['give users a password', 'iam:CreateLoginProfile'],
  ['change users’ passwords', 'iam:UpdateLoginProfile'],
  ['attach policies to users', 'iam:AttachUserPolicy'],
  ['attach policies to groups', 'iam:AttachGroupPolicy'],
  ['attach policies to roles', 'iam:AttachRolePolicy'],
  ['write policies of users', 'iam:PutUserPolicy'],
  ['write policies of groups', 'iam:PutGroupPolicy'],
  ['write policies of roles', 'iam:PutRolePolicy'],
  ['add users to groups', 'iam:AddUserToGroup'],
  ['change who may assume a role', 'iam:UpdateAssumeRolePolicy'],
  ['take permissions boundaries away', 'iam:DeleteRolePermissionsBoundary'],
  ['replace the code of any function and act with its role', 'lambda:UpdateFunctionCode'],
  ['put a layer into any function and act with its role', 'lambda:UpdateFunctionConfiguration'],
  ['pass any role to a new function', 'iam:PassRole', 'lambda:CreateFunction'],
  ['pass any role to an instance', 'iam:PassRole', 'ec2:RunInstances'],
  ['pass any role to a stack', 'iam:PassRole', 'cloudformation:CreateStack'],
  ['pass any role to a task', 'iam:PassRole', 'ecs:RegisterTaskDefinition', 'ecs:RunTask'],
  ['pass any role to a Glue job', 'iam:PassRole', 'glue:CreateJob'],
  ['pass any role to a Glue endpoint', 'iam:PassRole', 'glue:CreateDevEndpoint'],
  ['pass any role to a build', 'iam:PassRole', 'codebuild:CreateProject'],
  ['pass any role to a data pipeline', 'iam:PassRole', 'datapipeline:CreatePipeline'],
  ['pass any role to a notebook', 'iam:PassRole', 'sagemaker:CreateNotebookInstance'],
  ['pass any role to a training job', 'iam:PassRole', 'sagemaker:CreateTrainingJob'],
  ['pass any role to a processing job', 'iam:PassRole', 'sagemaker:CreateProcessingJob'],
  ['open any notebook and act with its role', 'sagemaker:CreatePresignedNotebookInstanceUrl'],
  ['log in to any Glue endpoint and act with its role', 'glue:UpdateDevEndpoint'],
  ['change the script of any Glue job and act with its role', 'glue:UpdateJob'],
  ['pass any role to a state machine', 'iam:PassRole', 'states:CreateStateMachine'],
  ['pass any role to a schedule', 'iam:PassRole', 'scheduler:CreateSchedule'],
  ['run commands on any instance', 'ssm:SendCommand'],
  ['open a shell on any instance', 'ssm:StartSession'],
  ['open a shell in any task', 'ecs:ExecuteCommand'],
  ['log in to any instance', 'ec2-instance-connect:SendSSHPublicKey'],
  ['change any stack with its role', 'cloudformation:UpdateStack'],
];

/** What one holder has in all its policies, and where it stands. */
function* holders(model: AuditModel): Generator<readonly [Place, readonly PlacedStatement[]]> {
  for (const role of model.roles) yield [role.place, role.statements];
  for (const policy of model.policies) yield [policy.place, policy.statements];
}

export const escalation: Rule = {
  id: 'RF201',
  title: 'Its rights lead to more rights',
  severity: 'critical',
  why: 'Whoever runs code in this function can take the rights of others step by step, up to the administrator’s.',
  fix: 'Take the actions away, or hold them to named resources; give iam:PassRole the one role and iam:PassedToService.',
  *check(model) {
    for (const [, statements] of holders(model)) {
      if (statements.some(({ statement }) => isAdministrator(statement))) continue;
      const open = WAYS.filter(([, ...actions]) =>
        actions.every((action) => grantsOpenly(statements, action) !== null),
      );
      if (open.length === 0) continue;
      // Where the first step is allowed
      const [, first] = open[0]!;
      yield {
        place: grantsOpenly(statements, first!)!.place,
        message: `it can ${listed(open.map(([way, ...actions]) => `${way} (${actions.join(' + ')})`))}`,
        severity: open.some(([way]) => !/instance|task/.test(way) || way.startsWith('pass')) ? 'critical' : 'high',
      };
    }
  },
};

export const passAnyRole: Rule = {
  id: 'RF202',
  title: 'Any role may be passed',
  severity: 'high',
  why: 'iam:PassRole on every role gives a service, and the code in it, whatever the strongest role of the account has.',
  fix: 'Name the role in Resource and the service in a condition on iam:PassedToService.',
  *check(model) {
    for (const [, statements] of holders(model)) {
      if (statements.some(({ statement }) => isAdministrator(statement))) continue;
      const found = grantsOpenly(statements, 'iam:PassRole');
      if (found !== null) yield { place: found.place, message: 'iam:PassRole is allowed for every role' };
    }
  },
};

export const assumeAnyRole: Rule = {
  id: 'RF203',
  title: 'Any role may be assumed',
  severity: 'high',
  why: 'Every role that trusts this account, and every foreign role that trusts it, is then one call away.',
  fix: 'Name the roles in Resource.',
  *check(model) {
    for (const [, statements] of holders(model)) {
      if (statements.some(({ statement }) => isAdministrator(statement))) continue;
      const found = grantsOpenly(statements, 'sts:AssumeRole');
      if (found !== null) yield { place: found.place, message: 'sts:AssumeRole is allowed for every role' };
    }
  },
};
