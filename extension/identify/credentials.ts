/** Operations whose answer carries credentials for AWS, by botocore's name of the service: a test holds it against the models, in which some of these are not yet. */
const ISSUING: Readonly<Record<string, ReadonlySet<string>>> = {
  sts: new Set([
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'AssumeRoot',
    'GetFederationToken',
    'GetSessionToken',
    'GetDelegatedAccessToken',
    'GetScopedCredentials',
  ]),
  iam: new Set(['CreateAccessKey', 'AcquireRole']),
  'cognito-identity': new Set(['GetCredentialsForIdentity']),
  s3: new Set(['CreateSession']),
  s3control: new Set(['GetDataAccess']),
  sso: new Set(['GetRoleCredentials']),
  'account-access-runtime': new Set(['GetRoleCredentials']),
  'sso-oidc': new Set(['CreateTokenWithIAM']),
  lakeformation: new Set([
    'AssumeDecoratedRoleWithSAML',
    'GetTemporaryGluePartitionCredentials',
    'GetTemporaryGlueFunctionCredentials',
    'GetTemporaryGlueTableCredentials',
    'GetTemporaryDataLocationCredentials',
  ]),
  cloudwatchomni: new Set(['GetSpaceCredentialsForOrganization', 'GetSpaceDataAccess']),
  datazone: new Set(['GetConnection', 'GetEnvironmentCredentials']),
  'eks-auth': new Set(['AssumeRoleForPodIdentity']),
  lightsail: new Set(['CreateBucketAccessKey', 'GetBucketAccessKeys']),
  ssm: new Set(['GetAccessToken']),
  deadline: new Set([
    'AssumeFleetRoleForRead',
    'AssumeFleetRoleForWorker',
    'AssumeQueueRoleForRead',
    'AssumeQueueRoleForUser',
    'AssumeQueueRoleForWorker',
  ]),
  gamelift: new Set(['CreateBuild', 'GetComputeAccess', 'RequestUploadCredentials']),
  codepipeline: new Set(['GetJobDetails', 'GetThirdPartyJobDetails', 'PollForJobs']),
  signin: new Set(['CreateOAuth2Token', 'CreateOAuth2TokenWithIAM', 'CreateOAuth2TokenWithTokenExchange']),
};

export const issuesCredentials = (service: string, operation: string): boolean =>
  ISSUING[service]?.has(operation) === true;

const PREFIXES = new Set([...Object.keys(ISSUING), 'unknown']);

/**
 * For a request that is not named with certainty: whether its answer may carry credentials all the same. `service` is the prefix of IAM actions, `target` the
 * request's; of S3's answers those to CreateSession alone.
 */
export const mayIssueCredentials = (service: string, target: string): boolean =>
  service === 's3' || service === 's3express' ? /[?&]session(?:[=&]|$)/.test(target) : PREFIXES.has(service);
