import { iamAction } from './actions.ts';

/** What a permission is worth in the wrong hands. */
export type PolicyRisk = 'privilege escalation' | 'exfiltration' | 'secrets' | 'data write' | 'data read' | 'other';

/** Worst first. */
export const RISKS: readonly PolicyRisk[] = [
  'privilege escalation',
  'secrets',
  'exfiltration',
  'data write',
  'data read',
  'other',
];

/** What one permission weighs in the distance between two policies. */
export const WEIGHT: Readonly<Record<PolicyRisk, number>> = {
  'privilege escalation': 8,
  secrets: 6,
  exfiltration: 5,
  'data write': 4,
  'data read': 3,
  other: 1,
};

/** Gain rights, or run one's own code with somebody else's. Each is a known way up. */
const ESCALATION =
  /^(?:iam:(?:PassRole|Create(?:AccessKey|LoginProfile|PolicyVersion|Role|User|ServiceSpecificCredential|OpenIDConnectProvider|SAMLProvider)|UpdateLoginProfile|UpdateAssumeRolePolicy|SetDefaultPolicyVersion|Attach\w+Policy|Put\w+Polic\w+|Add\w+To\w+|Delete\w+PermissionsBoundary|Put\w+PermissionsBoundary|UploadSSHPublicKey|Detach\w+Policy|DeleteRolePolicy|EnableMFADevice|DeactivateMFADevice)|lambda:(?:CreateFunction|UpdateFunctionCode|UpdateFunctionConfiguration|AddPermission|AddLayerVersionPermission|CreateEventSourceMapping|PublishLayerVersion|CreateFunctionUrlConfig)|sts:(?:AssumeRole|AssumeRoleWith\w+|GetFederationToken|SetSourceIdentity)|cloudformation:(?:CreateStack|UpdateStack|CreateChangeSet|ExecuteChangeSet|SetStackPolicy|CreateStackSet|UpdateStackSet)|ec2:(?:RunInstances|ModifyInstanceAttribute|AssociateIamInstanceProfile|ReplaceIamInstanceProfileAssociation|CreateLaunchTemplate\w*)|ec2-instance-connect:SendSSHPublicKey|ecs:(?:RegisterTaskDefinition|RunTask|StartTask|ExecuteCommand|UpdateService|CreateService)|ssm:(?:SendCommand|StartSession|StartAutomationExecution|CreateAssociation|ResumeSession)|glue:(?:CreateDevEndpoint|UpdateDevEndpoint|CreateJob|UpdateJob|StartJobRun|CreateTrigger|CreateSession|RunStatement)|codebuild:(?:CreateProject|UpdateProject|StartBuild\w*)|codestar:CreateProject\w*|codepipeline:(?:Create|Update)Pipeline|datapipeline:(?:CreatePipeline|PutPipelineDefinition|ActivatePipeline)|sagemaker:(?:CreateNotebookInstance|CreatePresignedNotebookInstanceUrl|CreateTrainingJob|CreateProcessingJob|UpdateNotebookInstance)|states:(?:CreateStateMachine|UpdateStateMachine|StartExecution)|batch:(?:RegisterJobDefinition|SubmitJob)|apprunner:(?:CreateService|UpdateService)|bedrock-agentcore:(?:CreateCodeInterpreter|InvokeCodeInterpreter)|events:(?:PutRule|PutTargets)|scheduler:CreateSchedule|organizations:(?:LeaveOrganization|AttachPolicy|DetachPolicy|UpdatePolicy|DeletePolicy)|sso(?:-directory)?:(?:CreateAccountAssignment|AttachManagedPolicyToPermissionSet|PutInlinePolicyToPermissionSet)|kms:(?:CreateGrant|PutKeyPolicy))$/i;

const SECRETS =
  /^(?:secretsmanager:(?:Get(?:SecretValue|RandomPassword)|BatchGetSecretValue|PutSecretValue|UpdateSecret|ReplicateSecretToRegions)|ssm:(?:GetParameter\w*)|kms:(?:Decrypt|GenerateDataKey\w*|ReEncrypt\w*|DeriveSharedSecret|Sign|GenerateMac)|cognito-idp:(?:Admin(?:SetUserPassword|InitiateAuth|ResetUserPassword)|DescribeUserPoolClient)|rds-db:connect|rds:DownloadCompleteDBLogFile|redshift:GetClusterCredentials\w*|redshift-serverless:GetCredentials|ecr:GetAuthorizationToken|codeartifact:GetAuthorizationToken|iam:GetServiceLastAccessed\w*Credentials|appsync:CreateApiKey|apigateway:GET|lightsail:GetInstanceAccessDetails|acm:ExportCertificate|acm-pca:IssueCertificate|iot:CreateKeysAndCertificate|signer:Sign\w*|lambda:GetFunction(?:Configuration)?|ec2:GetPasswordData|chime:\w*Token|connect:GetFederationToken|elasticmapreduce:GetClusterSessionCredentials)$/i;

/** Ways out of the account: to others, to the public, or by mail and message. */
const EXFILTRATION =
  /^(?:s3:(?:PutBucketPolicy|PutBucketAcl|PutObject(?:Version)?Acl|PutReplicationConfiguration|PutBucketReplication|PutAccountPublicAccessBlock|PutBucketPublicAccessBlock|PutAccessPointPolicy|PutMultiRegionAccessPointPolicy|PutBucketWebsite|PutBucketCORS|CreateAccessGrant\w*|ReplicateObject|ObjectOwnerOverrideToBucketOwner|PutBucketNotification|CreateJob)|ec2:(?:ModifySnapshotAttribute|ModifyImageAttribute|ModifyFpgaImageAttribute|CreateSnapshot\w*|CopySnapshot|CopyImage|CreateStoreImageTask|CreateInstanceExportTask|ExportImage|CreateTrafficMirrorSession|CreateVpcPeeringConnection|AcceptVpcPeeringConnection|CreateRoute)|rds:(?:ModifyDB(?:Cluster)?SnapshotAttribute|StartExportTask|CopyDB(?:Cluster)?Snapshot|CreateDB(?:Cluster)?Snapshot)|redshift:AuthorizeSnapshotAccess|ses:(?:Send\w+)|sns:(?:Publish|Subscribe|AddPermission|SetTopicAttributes)|sqs:(?:AddPermission|SetQueueAttributes)|ecr(?:-public)?:(?:SetRepositoryPolicy|PutReplicationConfiguration|PutImage)|ram:(?:CreateResourceShare|AssociateResourceShare)|dynamodb:(?:ExportTableToPointInTime|CreateGlobalTable|PutResourcePolicy|EnableKinesisStreamingDestination)|kinesis:(?:PutResourcePolicy)|logs:(?:PutSubscriptionFilter|PutResourcePolicy|PutDestinationPolicy|CreateExportTask)|firehose:(?:CreateDeliveryStream|UpdateDestination)|events:(?:PutPermission|PutEvents)|backup:(?:PutBackupVaultAccessPolicy|StartCopyJob)|secretsmanager:PutResourcePolicy|lambda:AddLayerVersionPermission|glacier:SetVaultAccessPolicy|elasticfilesystem:PutFileSystemPolicy|datasync:(?:CreateTask|StartTaskExecution|CreateLocation\w*)|transfer:(?:CreateServer|CreateUser|ImportSshPublicKey)|dms:(?:CreateReplicationTask|StartReplicationTask)|pipes:CreatePipe|mobiletargeting:Send\w+|sms-voice:Send\w+|execute-api:Invoke|codecommit:GitPull|cloudfront:(?:CreateDistribution|UpdateDistribution))$/i;

/** Services whose reads give contents, not settings. */
const DATA =
  /^(?:s3|s3-object-lambda|s3express|s3tables|dynamodb|dax|rds-data|redshift-data|athena|timestream|kinesis|kinesisvideo|sqs|glue|lakeformation|es|aoss|opensearch|elasticfilesystem|ebs|glacier|codecommit|ecr|logs|cassandra|neptune-db|qldb|memorydb|elasticache|docdb-elastic|dsql|sdb|iot|iotsitewise|mediastore|healthlake|kafka-cluster|mq|workdocs|workmail|cognito-idp|cognito-sync|personalize|kendra|bedrock|s3vectors|backup-storage|ssm|sns|events|states|lambda|firehose|clouddirectory|profile|connect|macie2|textract|rekognition|comprehendmedical|transcribe):/i;

/** Reads that tell how a thing is set up, not what is in it. */
const SETTINGS = /:(?:Describe\w+|ListTags\w*|ListTargetsByRule)$/i;

export function policyRisk(action: string): PolicyRisk {
  const known = memo.get(action);
  if (known !== undefined) return known;
  const risk = judged(action);
  if (memo.size >= 50_000) memo.clear();
  memo.set(action, risk);
  return risk;
}

const memo = new Map<string, PolicyRisk>();

function judged(action: string): PolicyRisk {
  if (ESCALATION.test(action)) return 'privilege escalation';
  if (SECRETS.test(action)) return 'secrets';
  if (EXFILTRATION.test(action)) return 'exfiltration';
  const level = iamAction(action)?.level ?? null;
  if (level === 'permissions') return 'privilege escalation';
  if (level === 'write') return 'data write';
  if (level === 'tagging') return 'other';
  return level !== null && DATA.test(action) && !SETTINGS.test(action) ? 'data read' : 'other';
}
