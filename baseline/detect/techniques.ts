import type { Severity } from '../finding.ts';

/** What an action is good for in an attacker's hands: how loud to be, and where to read about it (MITRE ATT&CK for cloud). */
export interface Risk {
  readonly severity: Severity;
  readonly techniques: readonly string[];
}

/**
 * First match wins. Patterns are over IAM actions; what stands here decides about severity and techniques only, never about whether something
 * deviates.
 */
const RISKS: readonly (readonly [RegExp, Severity, readonly string[]])[] = [
  // Logging and detection switched off
  [
    /^cloudtrail:(StopLogging|DeleteTrail|UpdateTrail|PutEventSelectors)|^guardduty:(Delete|Disassociate|StopMonitoring|UpdateDetector)|^config:(Delete|StopConfigurationRecorder)|^securityhub:(Disable|Delete)|^logs:(DeleteLogGroup|DeleteLogStream|PutRetentionPolicy|DeleteSubscriptionFilter)|^ec2:DeleteFlowLogs|^access-analyzer:Delete|^macie2:Disable|^detective:Delete/,
    'critical',
    ['T1562.008'],
  ],
  // More rights, or rights that stay
  [
    /^iam:(CreateAccessKey|CreateLoginProfile|UpdateLoginProfile|CreateServiceSpecificCredential|UploadSSHPublicKey|ResetServiceSpecificCredential)/,
    'critical',
    ['T1098.001'],
  ],
  [
    /^iam:(Attach|Put|CreatePolicyVersion|SetDefaultPolicyVersion|AddUserToGroup|UpdateAssumeRolePolicy|AddRoleToInstanceProfile|DeleteRolePermissionsBoundary|DeleteUserPermissionsBoundary|PassRole)/,
    'critical',
    ['T1098.003'],
  ],
  [/^iam:Create(User|Role|Group|InstanceProfile|OpenIDConnectProvider|SAMLProvider)/, 'critical', ['T1136.003']],
  [
    /^(lambda:(AddPermission|AddLayerVersionPermission|UpdateFunctionCode|UpdateFunctionConfiguration|CreateFunctionUrlConfig|CreateEventSourceMapping)|events:PutTargets)/,
    'critical',
    ['T1098', 'T1546'],
  ],
  [
    /^(kms|secretsmanager|s3|sqs|sns|ecr|glacier|backup|organizations|lambda):(Put\w*Policy|PutResourcePolicy|SetRepositoryPolicy|PutBucketAcl|PutObjectAcl|PutKeyPolicy|CreateGrant|AddPermission|SetTopicAttributes|SetQueueAttributes)/,
    'critical',
    ['T1098', 'T1537'],
  ],
  // What keeps the whole account from being public
  [/^[\w-]+:(Put|Delete|Disable|Update|Modify)\w*(PublicAccessBlock|BlockPublicAccess)/, 'critical', ['T1562.007']],
  [/^iam:(Delete|Deactivate|Remove|Detach)/, 'critical', ['T1531']],
  [
    /^(rds|ec2|dlm|backup):(Modify\w*SnapshotAttribute|ModifyImageAttribute|CreateSnapshot|CopySnapshot|StartExportTask)|^ssm:ModifyDocumentPermission/,
    'high',
    ['T1537'],
  ],
  // Names, users and rules that others trust
  [
    /^route53:(ChangeResourceRecordSets|CreateHostedZone|DeleteHostedZone)|^route53domains:|^cloudfront:(UpdateDistribution|CreateFunction|UpdateFunction)|^acm:(ImportCertificate|ExportCertificate)/,
    'high',
    ['T1584.002', 'T1565.002'],
  ],
  [
    /^cognito-idp:(Admin(Create|Set|Add|Update|Enable|Confirm|Reset)|CreateUserPoolClient|UpdateUserPool)/,
    'high',
    ['T1136.003', 'T1098'],
  ],
  [/^(organizations|account):(Leave|Create|Remove|Disable|Close|Invite)/, 'critical', ['T1562.008', 'T1098']],
  // Other identities
  [/^sts:(AssumeRole|GetFederationToken|GetSessionToken)/, 'high', ['T1550.001']],
  [/^sts:GetCallerIdentity/, 'high', ['T1087.004']],
  [/^iam:(List|Get|Simulate|Generate)/, 'high', ['T1087.004', 'T1069.003']],
  [
    /^rolesanywhere:(Create|Update|Enable|Import)|^(eks:(CreateAccessEntry|AssociateAccessPolicy)|sso:CreateAccountAssignment)/,
    'critical',
    ['T1098.003'],
  ],
  // Onto machines, and in at their doors
  [
    /^ec2-instance-connect:Send|^ec2:(EnableSerialConsoleAccess|GetPasswordData|AssociateIamInstanceProfile|ReplaceIamInstanceProfileAssociation|ModifyInstanceAttribute|CreateKeyPair|ImportKeyPair)/,
    'high',
    ['T1021.004', 'T1552'],
  ],
  [
    /^ec2:(AuthorizeSecurityGroup|CreateNetworkAclEntry|ReplaceNetworkAclEntry|ModifySecurityGroupRules)/,
    'high',
    ['T1562.007'],
  ],
  [/^route53resolver:(Delete|Disassociate)ResolverQueryLog/, 'critical', ['T1562.008']],
  [/^ecr:(PutImage|InitiateLayerUpload)/, 'high', ['T1525']],
  // Code and computing elsewhere
  [
    /^(lambda:(Invoke|CreateFunction|PublishLayerVersion)|ssm:(SendCommand|StartSession|StartAutomationExecution)|codebuild:StartBuild|states:StartExecution|ecs:RunTask|ecs:ExecuteCommand|ecs:RegisterTaskDefinition|cloudformation:(Create|Update)Stack|glue:(CreateJob|StartJobRun|CreateDevEndpoint))/,
    'high',
    ['T1648'],
  ],
  [
    /^(ec2:(RunInstances|RequestSpot|StartInstances)|sagemaker:Create|batch:SubmitJob|ecs:CreateCluster|bedrock:(Invoke|Converse|PutUseCase|PutFoundation))/,
    'high',
    ['T1496'],
  ],
  // Secrets and keys
  [/^(secretsmanager|ssm):(Get|BatchGet|Describe|List)/, 'high', ['T1555.006']],
  [/^kms:(ScheduleKeyDeletion|DisableKey|DeleteImportedKeyMaterial)/, 'critical', ['T1485']],
  [/^kms:/, 'high', ['T1552']],
  // Destruction and ransom
  [
    /^s3:(DeleteObject|DeleteBucket|PutLifecycleConfiguration|PutBucketVersioning)|^(dynamodb:(DeleteTable|DeleteItem|DeleteBackup)|rds:Delete|ec2:(Terminate|DeleteVolume|DeleteSnapshot)|backup:Delete|cloudformation:DeleteStack|sqs:(DeleteQueue|PurgeQueue))/,
    'critical',
    ['T1485'],
  ],
  [/^s3:(PutEncryptionConfiguration|PutObjectRetention|PutObjectLegalHold)/, 'critical', ['T1486']],
  // Mail and messages
  [
    /^(ses|sesv2):(Send|VerifyEmail|VerifyDomain|CreateEmailIdentity|PutAccount|UpdateAccountSendingEnabled)|^sns:(Publish|SetSMSAttributes|CreateSMSSandbox)|^(sms-voice|mobiletargeting|connect):/,
    'high',
    ['T1496.004', 'T1566'],
  ],
  [
    /^sns:Subscribe|^(events|pipes|firehose|kinesis|logs):(PutSubscriptionFilter|CreatePipe|CreateDeliveryStream|UpdateDestination|CreateExportTask)/,
    'high',
    ['T1567'],
  ],
  // Data
  [
    /^dynamodb:(Scan|Query|GetItem|BatchGetItem|ExportTableToPointInTime|PartiQLSelect|GetRecords)|^rds-data:|^(athena|redshift-data|timestream):/,
    'high',
    ['T1213.006'],
  ],
  [/^s3:(GetObject|GetObjectVersion|RestoreObject|SelectObjectContent)/, 'high', ['T1530']],
  [/^s3:(PutObject|ReplicateObject|PutBucketReplication|PutReplicationConfiguration)/, 'high', ['T1537']],
  [/^sqs:ReceiveMessage|^kinesis:Get|^ecr:(Get|BatchGet)/, 'medium', ['T1530']],
  // Looking around
  [
    /^(guardduty|cloudtrail|config|securityhub|inspector2|macie2|detective|access-analyzer|organizations|account|support|shield|wafv2?):/,
    'high',
    ['T1518.001', 'T1580'],
  ],
  [/^ses(v2)?:/, 'high', ['T1526']],
  [
    /^s3:(ListAllMyBuckets|GetBucket|ListBucket|GetEncryption|GetLifecycle|GetAccountPublicAccessBlock)/,
    'high',
    ['T1619', 'T1580'],
  ],
  [/:(List|Describe|Get|Search|Lookup|BatchGet)/, 'medium', ['T1580', 'T1526']],
  [/:(Delete|Terminate|Purge|Disable|Stop|Deregister)/, 'high', ['T1485', 'T1489']],
  // What is handed on leaves; what is written is kept, and relied upon; the rest is about what runs
  [/:(Send|Publish|Put(Record|Event)s?)/, 'medium', ['T1537', 'T1567']],
  [
    /:(Batch|Transact|PartiQL)?(Put|Update|Write|Insert|Index)(\w*(Item|Object|Row|Record|Document|Data|Vector)s?)?$/,
    'medium',
    ['T1565.001'],
  ],
  [/:(Create|Put|Update|Attach|Set|Modify|Add|Enable|Register|Start|Run|Invoke)/, 'medium', ['T1578']],
];

const MEDIUM: Risk = { severity: 'medium', techniques: [] };

export function riskOf(action: string): Risk {
  const known = memo.get(action);
  if (known !== undefined) return known;
  const found = RISKS.find(([pattern]) => pattern.test(action));
  const risk = found === undefined ? MEDIUM : { severity: found[1], techniques: found[2] };
  if (memo.size > 2_000) memo.clear();
  memo.set(action, risk);
  return risk;
}

const memo = new Map<string, Risk>();

/** Services whose novelty is never explained away by a deployment. */
export const isSensitive = (service: string): boolean => SENSITIVE.has(service);

/** What a deployment does not explain away either: accounts, keys and passwords, ways onto machines, images that others run, watchers, and computing power that others pay for. */
export const opensWays = (action: string): boolean =>
  riskOf(action).techniques.some((technique) => WAYS.has(technique.slice(0, 5)) || technique === 'T1496');
const WAYS = new Set(['T1098', 'T1136', 'T1550', 'T1552', 'T1555', 'T1021', 'T1525', 'T1562']);

/** What lists what there is, and not what the function works on. */
export const ENUMERATES =
  /^(?!s3:ListBucket$|dynamodb:)[\w-]+:(?:List|Describe|Lookup|GetCallerIdentity|GetAccount|GetBucket|GetSendQuota|GetIdentity|GetSubscription|GetDetector|GetFindings|GetTrail|GetConsole|GetSession|GetFederation)|^iam:Get/;

export const serviceOf = (action: string): string => action.slice(0, Math.max(0, action.indexOf(':')));

const SENSITIVE = new Set(['iam', 'sts', 'kms', 'secretsmanager', 'organizations', 'sso', 'cloudtrail', 'guardduty']);

/** What an honest function has no reason to do once: opening ways, touching identities, destroying, switching watchers off, looking what there is. */
export const isDaring = (action: string): boolean =>
  opensWays(action) ||
  isSensitive(serviceOf(action)) ||
  riskOf(action).severity === 'critical' ||
  ENUMERATES.test(action);
