import type { Severity } from '../../../finding.ts';
import { type PolicyRisk, policyRisk, RISKS } from '../../risk.ts';
import type { Rule } from '../model.ts';
import {
  identityStatements,
  isAdministrator,
  isAllow,
  isEveryAction,
  isScopedByCondition,
  listed,
  openResources,
  scopableActions,
} from '../statements.ts';

export const everything: Rule = {
  id: 'RF101',
  title: 'Everything is allowed',
  severity: 'critical',
  why: 'One injected line then owns the account: every other protection rests on the role being narrower than this.',
  fix: 'Name the actions and resources that are used: rolefence policy recommend writes them from a baseline.',
  *check(model) {
    for (const { place, statement } of identityStatements(model)) {
      if (isAdministrator(statement)) yield { place, message: 'every action is allowed on every resource' };
      else if (statement.effect === 'Allow' && (statement.actions ?? []).some(isEveryAction))
        yield {
          place,
          message: `every action of every service is allowed on ${listed(statement.resources ?? ['*'])}`,
          severity: 'high',
        };
    }
  },
};

/** Services whose every action is worth more than their data. */
const POWERFUL =
  /^(?:iam|sts|organizations|lambda|kms|secretsmanager|ssm|ec2|cloudformation|s3|dynamodb|rds|ecs|eks|sso|account|codebuild|glue|states|events)$/i;

export const wholeService: Rule = {
  id: 'RF102',
  title: 'All actions of a service are allowed',
  severity: 'medium',
  why: 'A function uses a handful of a service’s actions; the rest (delete, change the policy, share) serves only an intruder.',
  fix: 'List the actions that are used; rolefence policy diff shows the ones that are not.',
  *check(model) {
    for (const { place, statement } of identityStatements(model)) {
      if (statement.effect !== 'Allow') continue;
      const whole = (statement.actions ?? []).filter((pattern) => /^[\w-]+:\*$/.test(pattern));
      if (whole.length === 0) continue;
      const open = openResources(statement).length > 0 && !isScopedByCondition(statement);
      const powerful = whole.some((pattern) => POWERFUL.test(pattern.slice(0, -2)));
      const severity: Severity = open && powerful ? 'high' : open || powerful ? 'medium' : 'low';
      yield {
        place,
        message: `${listed(whole)} ${open ? 'on every resource' : `on ${listed(statement.resources ?? [])}`}`,
        severity,
      };
    }
  },
};

/** By what the actions are worth: null is not worth a finding. */
const SCOPE_SEVERITY: Readonly<Record<PolicyRisk, Severity | null>> = {
  'privilege escalation': 'high',
  secrets: 'high',
  exfiltration: 'medium',
  'data write': 'medium',
  'data read': 'medium',
  other: null,
};

/** What Lambda's own managed policies grant on `*`, because it can hardly be named beforehand. */
const USUAL =
  /^(?:logs:(?:CreateLog(?:Group|Stream)|PutLogEvents|Describe\w+)|ec2:(?:\w*NetworkInterface\w*|\w*PrivateIpAddresses)|xray:\w+|cloudwatch:PutMetricData|sts:GetCallerIdentity|s3:(?:ListAllMyBuckets|GetBucketLocation|ListBucket)|appconfig:\w+|events:PutEvents|\w[\w-]*:(?:TagResource|UntagResource))$/i;

/** They work on what the caller hands them, and reach nothing that is stored: a name would hold nobody back. */
const ON_WHAT_IS_GIVEN =
  /^(?:bedrock:(?:InvokeModel\w*|Converse\w*|ApplyGuardrail|CountTokens)|s3-object-lambda:WriteGetObjectResponse|rekognition:(?:Detect|Compare)\w+|textract:(?:Detect|Analyze)\w+|comprehend:(?:Batch)?Detect\w+|translate:Translate\w+|polly:SynthesizeSpeech)$/i;

/** What rules of their own tell. */
const TOLD = /^(?:iam:PassRole|sts:AssumeRole)$/;

export const missingScope: Rule = {
  id: 'RF103',
  title: 'No resource is named',
  severity: 'medium',
  why: 'What is allowed on every bucket, table or key reaches also the ones that this function has nothing to do with.',
  fix: 'Put the ARNs that are used into Resource (rolefence policy recommend knows them), or a condition on a tag.',
  *check(model) {
    for (const placed of identityStatements(model)) {
      const { place, statement } = placed;
      if (!isAllow(placed) || isScopedByCondition(statement)) continue;
      const open = openResources(statement);
      if (open.length === 0) continue;
      const actions = scopableActions(statement).filter(
        (action) => !USUAL.test(action) && !TOLD.test(action) && !ON_WHAT_IS_GIVEN.test(action),
      );
      const whole = (statement.actions ?? []).filter((pattern) => /^[\w-]+:\*$/.test(pattern));
      // Whole services are told by their own rule
      const own = actions.filter(
        (action) => !whole.some((pattern) => action.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase())),
      );
      const worth = own.filter((action) => SCOPE_SEVERITY[policyRisk(action)] !== null);
      if (worth.length === 0) continue;
      const worst = RISKS.find((risk) => worth.some((action) => policyRisk(action) === risk))!;
      const sorted = [...worth].sort((a, b) => RISKS.indexOf(policyRisk(a)) - RISKS.indexOf(policyRisk(b)));
      yield {
        place,
        message: `${listed(sorted)} on ${open[0] === '*' ? 'every resource' : listed(open)} (${worst})`,
        severity: SCOPE_SEVERITY[worst]!,
      };
    }
  },
};

export const allowExcept: Rule = {
  id: 'RF104',
  title: 'Allow with NotAction',
  severity: 'high',
  why: 'It allows everything but a list, and every action that AWS adds later.',
  fix: 'Write what is allowed with Action; take things away with Deny.',
  *check(model) {
    for (const { place, statement } of identityStatements(model)) {
      if (statement.effect === 'Allow' && statement.notActions !== null)
        yield { place, message: `everything but ${listed(statement.notActions)} is allowed` };
    }
  },
};

export const allowElsewhere: Rule = {
  id: 'RF105',
  title: 'Allow with NotResource',
  severity: 'high',
  why: 'It allows on everything but a list, and on every resource that is made later, in other accounts too.',
  fix: 'Write where it is allowed with Resource; take things away with Deny.',
  *check(model) {
    for (const { place, statement } of identityStatements(model)) {
      if (statement.effect === 'Allow' && statement.notResources !== null)
        yield {
          place,
          message: `${listed(statement.actions ?? ['all actions'])} on everything but ${listed(statement.notResources)}`,
        };
    }
  },
};

/** SAM's own, for one bucket. */
const SAM_OWN = /^S3FullAccessPolicy$/;

const MANAGED: readonly (readonly [RegExp, Severity])[] = [
  [
    /^(?:AdministratorAccess|IAMFullAccess|PowerUserAccess|AdministratorAccess-\w+|AWSOrganizationsFullAccess)$/,
    'critical',
  ],
  [
    /^(?:AmazonS3FullAccess|AmazonDynamoDBFullAccess\w*|AmazonEC2FullAccess|AWSLambda_?FullAccess|AmazonSSMFullAccess|SecretsManagerReadWrite|AWSKeyManagementServicePowerUser|AWSCloudFormationFullAccess|AmazonRDSFullAccess|SystemAdministrator|DatabaseAdministrator|NetworkAdministrator|AWSCodeBuildAdminAccess|AWSStepFunctionsFullAccess)$/,
    'high',
  ],
  [/FullAccess(?:_v\d+)?$/, 'medium'],
  [SAM_OWN, 'low'],
  [/^(?:ReadOnlyAccess|AmazonS3ReadOnlyAccess|AmazonDynamoDBReadOnlyAccess)$/, 'medium'],
];

export const broadManaged: Rule = {
  id: 'RF106',
  title: 'A broad managed policy is attached',
  severity: 'medium',
  why: 'AWS writes its managed policies for people and for every account: none of them knows which bucket is yours.',
  fix: 'Detach it and attach a policy of your own: rolefence policy recommend writes it.',
  *check(model) {
    for (const { managed } of model.roles) {
      for (const { place, name } of managed) {
        const short = name.slice(name.lastIndexOf('/') + 1);
        const severity = MANAGED.find(([pattern]) => pattern.test(short))?.[1];
        if (severity !== undefined)
          yield {
            place,
            message: SAM_OWN.test(short)
              ? `${short} allows reading, writing and deleting everything in the bucket`
              : `the policy ${short} is attached`,
            severity,
          };
      }
    }
  },
};
