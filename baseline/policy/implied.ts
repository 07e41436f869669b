import type { Use } from './usage.ts';

/**
 * What IAM asks besides what a request names. Glue checks the catalog and the database of every table that is asked for; the recorded call has the table
 * only.
 */
export function impliedUses(uses: readonly Use[]): Use[] {
  const found = new Map<string, Use>();
  const named = new Set(uses.map(({ action, arn }) => `${action} ${arn}`));
  for (const use of uses) {
    for (const arn of parentsOf(use.arn)) {
      const key = `${use.action} ${arn}`;
      if (!named.has(key) && !found.has(key)) found.set(key, { ...use, arn, evidence: [], implied: true });
    }
  }
  return [...found.values()];
}

function parentsOf(arn: string): string[] {
  const match =
    /^(arn:[^:]*:glue:[^:]*:[^:]*:)(?:table|tableVersion|partition|userDefinedFunction)\/([^/]+)\/|^(arn:[^:]*:glue:[^:]*:[^:]*:)database\//.exec(
      arn,
    );
  if (match === null) return [];
  const [, head, database, headOfDatabase] = match;
  return head === undefined ? [`${headOfDatabase}catalog`] : [`${head}catalog`, `${head}database/${database}`];
}

/** Actions after which a service goes on with the caller's rights: calls that no sensor in the function sees. */
const GOES_ON: readonly (readonly [RegExp, string])[] = [
  [/^athena:StartQueryExecution$/, 's3 (data and results) and glue (tables)'],
  [/^dynamodb:(?:ExportTable|ImportTable)/, 's3'],
  [
    /^(?:ecs:(?:RunTask|StartTask)|ec2:RunInstances|states:(?:Create|Update)StateMachine|glue:CreateJob|scheduler:CreateSchedule|events:PutTargets)$/,
    'iam:PassRole',
  ],
  [
    /^cloudformation:(?:CreateStack|UpdateStack|DeleteStack|ExecuteChangeSet)$/,
    'everything that the stack holds, unless it has a role of its own',
  ],
  [/^redshift-data:|^rds-data:/, 'secretsmanager:GetSecretValue, where the call names a secret'],
  [/^lambda:(?:CreateFunction|UpdateFunctionCode)$/, 's3 or ecr, where the code lies'],
  [/^s3:CreateJob$/, 'iam:PassRole'],
];

/** Null where the service does its work alone. */
export const goesOnWith = (action: string): string | null =>
  GOES_ON.find(([pattern]) => pattern.test(action))?.[1] ?? null;
