import type { FunctionModel } from '../model/function-model.ts';

/** Whether a function can run with sealed credentials, as far as its calls tell. */
export interface SealingAdvice {
  /** False where something that was seen would break. */
  readonly canBeSealed: boolean;
  /** What would break, one sentence each. */
  readonly breaks: readonly string[];
  /** What to look at first, since no call can show it; one sentence each. */
  readonly check: readonly string[];
}

/** Keys that are made to be used elsewhere: sealed, the function gets placeholders for them. */
const FOR_OTHERS = ['iam:CreateAccessKey', 'lightsail:CreateBucketAccessKey', 'sts:GetFederationToken'];
/** Credentials of a role or an identity: used by the function itself, or handed to a browser or another machine. */
const MAYBE_FOR_OTHERS =
  /^(?:sts:(?:AssumeRole|AssumeRoleWith\w+|AssumeRoot|GetSessionToken)|cognito-identity:GetCredentialsForIdentity|s3:GetDataAccess|lakeformation:GetDataAccess)$/;
/** Servers that take a token of IAM in place of a password. */
const TOKEN_SERVERS: readonly (readonly [host: RegExp, what: string])[] = [
  [/\.rds\.amazonaws\.com(?:\.cn)?:\d+$/, 'RDS'],
  [/\.dsql\.[\w-]+\.on\.aws:\d+$/, 'Aurora DSQL'],
  [/\.(?:cache|memorydb)\.amazonaws\.com(?:\.cn)?:\d+$/, 'ElastiCache or MemoryDB'],
  [/\.kafka(?:-serverless)?\.[\w-]+\.amazonaws\.com(?:\.cn)?:\d+$/, 'MSK'],
  [/\.redshift(?:-serverless)?\.amazonaws\.com(?:\.cn)?:\d+$/, 'Redshift'],
  [/\.eks\.amazonaws\.com(?:\.cn)?(?::\d+)?$/, 'EKS'],
  [/^email-smtp\.[\w-]+\.amazonaws\.com(?:\.cn)?:\d+$/, 'SES by SMTP'],
];

export function sealingAdvice(model: FunctionModel): SealingAdvice {
  const breaks: string[] = [];
  const check: string[] = [];
  for (const [action, learned] of model.actions.sorted()) {
    const keys = learned.credentials.sorted().map(([key]) => key);
    const signed = keys.some((key) => key !== 'unsigned');
    const withoutRegion = learned.regions.sorted().some(([region]) => region === 'none');
    if (signed && withoutRegion) {
      breaks.push(
        `${action} was signed without one region: by SigV2, which is refused (boto3 presigns so unless it is told signature_version="s3v4"), or by SigV4A for several regions, which works`,
      );
    }
    if (FOR_OTHERS.includes(action)) {
      breaks.push(`${action} makes keys for use elsewhere: in its answer the function would see placeholders`);
    } else if (MAYBE_FOR_OTHERS.test(action)) {
      check.push(
        `the credentials from ${action} are placeholders: right where the function uses them itself, wrong where it hands them on`,
      );
    }
  }
  const servers = new Set<string>();
  for (const [host] of model.egress.sorted()) {
    const server = TOKEN_SERVERS.find(([pattern]) => pattern.test(host));
    if (server !== undefined) servers.add(server[1]);
  }
  for (const server of servers) {
    if (server === 'SES by SMTP')
      check.push('a password for SES by SMTP that is made of the keys at run time would not be valid');
    else
      check.push(`a login to ${server} by a token of IAM works where Node.js (SDK v3, not bundled) or Python makes it`);
  }
  check.push(
    'presigned URLs that it makes for others cannot be seen here: they work where Node.js (SDK v3, not bundled) or Python makes them',
  );
  return { canBeSealed: breaks.length === 0, breaks, check };
}
