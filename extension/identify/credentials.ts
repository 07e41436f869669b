/** Operations whose answer carries credentials for AWS, by botocore's name of the service. */
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
    'GetTemporaryGlueTableCredentials',
    'GetTemporaryDataLocationCredentials',
  ]),
  datazone: new Set(['GetEnvironmentCredentials']),
  deadline: new Set([
    'AssumeFleetRoleForRead',
    'AssumeFleetRoleForWorker',
    'AssumeQueueRoleForRead',
    'AssumeQueueRoleForUser',
    'AssumeQueueRoleForWorker',
  ]),
  gamelift: new Set(['GetComputeAccess', 'GetInstanceAccess', 'RequestUploadCredentials']),
  codepipeline: new Set(['GetJobDetails', 'GetThirdPartyJobDetails', 'PollForJobs']),
  signin: new Set(['CreateOAuth2Token', 'CreateOAuth2TokenWithIAM', 'CreateOAuth2TokenWithTokenExchange']),
};

export const issuesCredentials = (service: string, operation: string): boolean =>
  ISSUING[service]?.has(operation) === true;
