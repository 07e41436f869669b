/**
 * Where the IAM action is not the operation's name: `service.Operation` → access in the catalog's notation (`../../notation.ts`); an ARN
 * template stands in brackets. Sources: the service's page in the Service Authorization Reference, and what AWS's models say of the permission
 * that an operation needs. Services whose resources need code (S3, SQS, DynamoDB, …) are under `../../resources/`.
 */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  ...named('accessanalyzer', { GetFindingV2: 'GetFinding', ListFindingsV2: 'ListFindings' }),
  ...named('agent-registry', { BatchGetDiscoverableRegistryRecord: 'GetDiscoverableRegistryRecord' }),
  ...named('apigatewaymanagementapi', {
    DeleteConnection: 'ManageConnections@![execute-api:R:A:*/*/DELETE/@connections/{}](:connectionId)',
    GetConnection: 'ManageConnections@![execute-api:R:A:*/*/GET/@connections/{}](:connectionId)',
    PostToConnection: 'ManageConnections@![execute-api:R:A:*/*/POST/@connections/{}](:connectionId)',
  }),
  ...named('batch', {
    CancelJobs: 'CancelJob',
    TerminateJobs: 'TerminateJob',
    TerminateServiceJobs: 'TerminateServiceJob',
  }),
  ...oneByOne('bcm-pricing-calculator', [
    'CreateBillScenarioCommitmentModification',
    'CreateBillScenarioUsageModification',
    'CreateWorkloadEstimateUsage',
    'DeleteBillScenarioCommitmentModification',
    'DeleteBillScenarioUsageModification',
    'DeleteWorkloadEstimateUsage',
    'UpdateBillScenarioCommitmentModification',
    'UpdateBillScenarioUsageModification',
    'UpdateWorkloadEstimateUsage',
  ]),
  ...named('bedrock-agent-runtime', { RetrieveAndGenerateStream: 'RetrieveAndGenerate' }),
  ...named('bedrock-runtime', {
    Converse: 'InvokeModel',
    ConverseStream: 'InvokeModelWithResponseStream',
    StartAsyncInvoke: 'InvokeModel',
    InvokeModelWithBidirectionalStream: 'InvokeModel',
  }),
  ...same('budgets', 'ModifyBudget', [
    'CreateBudget',
    'CreateNotification',
    'CreateSubscriber',
    'DeleteBudget',
    'DeleteNotification',
    'DeleteSubscriber',
    'UpdateBudget',
    'UpdateNotification',
    'UpdateSubscriber',
  ]),
  ...same('budgets', 'ViewBudget', [
    'DescribeBudget',
    'DescribeBudgetNotificationsForAccount',
    'DescribeBudgetPerformanceHistory',
    'DescribeBudgets',
    'DescribeNotificationsForBudget',
    'DescribeSubscribersForNotification',
  ]),
  'cloudfront.CreateDistributionWithTags': 'CreateDistribution;TagResource@![cloudfront::A:distribution/*]()',
  ...named('cloudsearchdomain', { Search: 'search', Suggest: 'suggest', UploadDocuments: 'document' }),
  ...named('cloudtrail', { ListInsightsMetricData: 'ListInsightsData' }),
  ...named('connectcases', { BatchCreateRelatedItem: 'CreateRelatedItem', BatchUpdateCase: 'UpdateCase' }),
  ...named('detective', { ListOrganizationAdminAccounts: 'ListOrganizationAdminAccount' }),
  ...named('dms', {
    DescribeDataProviders: 'ListDataProviders',
    DescribeExtensionPackAssociations: 'ListExtensionPacks',
    DescribeInstanceProfiles: 'ListInstanceProfiles',
    DescribeMetadataModelAssessments: 'ListMetadataModelAssessments',
    DescribeMetadataModelConversions: 'ListMetadataModelConversions',
    DescribeMetadataModelExportsAsScript: 'ListMetadataModelExports',
    DescribeMetadataModelExportsToTarget: 'ListMetadataModelExports',
    DescribeMigrationProjects: 'ListMigrationProjects',
    ModifyConversionConfiguration: 'UpdateConversionConfiguration',
    ModifyDataProvider: 'UpdateDataProvider',
    ModifyInstanceProfile: 'UpdateInstanceProfile',
    ModifyMigrationProject: 'UpdateMigrationProject',
    StartExtensionPackAssociation: 'AssociateExtensionPack',
    StartMetadataModelExportAsScript: 'StartMetadataModelExportAsScripts',
  }),
  ...named('ecr', { ListImageReferrers: 'BatchGetImage' }),
  ...named('glue', {
    BatchGetDataQualityResult: 'GetDataQualityResult',
    GetUnfilteredPartitionMetadata: 'GetPartition',
    GetUnfilteredPartitionsMetadata: 'GetPartitions',
    GetUnfilteredTableMetadata: 'GetTable',
  }),
  'elbv2.CreateLoadBalancer': '@![elasticloadbalancing:R:A:loadbalancer/*/{}/*](Name)',
  ...named('iot-jobs-data', { StartCommandExecution: 'iot:StartCommandExecution@=targetArn&=commandArn' }),
  ...named('keyspaces', {
    CreateKeyspace: 'Create@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    CreateTable: 'Create@![cassandra:R:A:/keyspace/{}/table/{}](keyspaceName,tableName)',
    CreateType: 'Create@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    DeleteKeyspace: 'Drop@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    DeleteTable: 'Drop@![cassandra:R:A:/keyspace/{}/table/{}](keyspaceName,tableName)',
    DeleteType: 'Drop@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    GetKeyspace: 'Select@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    GetTable: 'Select@![cassandra:R:A:/keyspace/{}/table/{}](keyspaceName,tableName)',
    GetTableAutoScalingSettings: 'Select@![cassandra:R:A:/keyspace/{}/table/{}](keyspaceName,tableName)',
    GetType: 'Select@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    ListKeyspaces: 'Select@![cassandra:R:A:/keyspace/*]()',
    ListTables: 'Select@![cassandra:R:A:/keyspace/{}/table/*](keyspaceName)',
    ListTagsForResource: 'Select@!=resourceArn',
    ListTypes: 'Select@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    RestoreTable:
      'Restore@![cassandra:R:A:/keyspace/{}/table/{}](sourceKeyspaceName,sourceTableName)&![cassandra:R:A:/keyspace/{}/table/{}](targetKeyspaceName,targetTableName)',
    UpdateKeyspace: 'Alter@![cassandra:R:A:/keyspace/{}/](keyspaceName)',
    UpdateTable: 'Alter@![cassandra:R:A:/keyspace/{}/table/{}](keyspaceName,tableName)',
  }),
  ...named('ec2', {
    // An id tells its type by its letters, which IAM does not read: any type with that id.
    CreateTags: 'CreateTags@![ec2:R:A:*/{}](ResourceId[])',
    DeleteTags: 'DeleteTags@![ec2:R:A:*/{}](ResourceId[])',
    // Which role is in an instance profile, only IAM knows.
    AssociateIamInstanceProfile: instanceProfile(),
    ReplaceIamInstanceProfileAssociation: instanceProfile(),
    RunInstances: instanceProfile(),
  }),
  ...named('iam', {
    AddRoleToInstanceProfile: ';+iam:PassRole@[iam::A:role/{}](RoleName)',
    CreateGroup: "CreateGroup@![iam::A:group{}{}](Path|'/',GroupName)",
    CreateInstanceProfile: "CreateInstanceProfile@![iam::A:instance-profile{}{}](Path|'/',InstanceProfileName)",
    CreatePolicy: "CreatePolicy@![iam::A:policy{}{}](Path|'/',PolicyName)",
    CreateRole: "CreateRole@![iam::A:role{}{}](Path|'/',RoleName)",
    CreateServiceLinkedRole: 'CreateServiceLinkedRole@![iam::A:role/aws-service-role/{}/*](AWSServiceName)',
    CreateUser: "CreateUser@![iam::A:user{}{}](Path|'/',UserName)",
    CreateVirtualMFADevice: "CreateVirtualMFADevice@![iam::A:mfa{}{}](Path|'/',VirtualMFADeviceName)",
    UploadServerCertificate: "UploadServerCertificate@![iam::A:server-certificate{}{}](Path|'/',ServerCertificateName)",
  }),
  ...organization('AttachPolicy', 'TargetId', 'PolicyId'),
  ...organization('DetachPolicy', 'TargetId', 'PolicyId'),
  ...organization('ListPoliciesForTarget', 'TargetId'),
  ...organization('ListParents', 'ChildId'),
  ...organization('ListChildren', 'ParentId'),
  ...organization('ListAccountsForParent', 'ParentId'),
  ...organization('ListOrganizationalUnitsForParent', 'ParentId'),
  ...organization('CreateOrganizationalUnit', 'ParentId'),
  ...organization('TagResource', 'ResourceId'),
  ...organization('UntagResource', 'ResourceId'),
  ...organization('ListTagsForResource', 'ResourceId'),
  'organizations.MoveAccount':
    'MoveAccount@![organizations::A:account/o-*/{}](AccountId)&![organizations::A:*/o-*/{}](SourceParentId)&![organizations::A:*/o-*/{}](DestinationParentId)',
  ...databases({
    CopyDBClusterParameterGroup: both('CopyDBClusterParameterGroup', 'cluster-pg', 'DBClusterParameterGroupIdentifier'),
    CopyDBClusterSnapshot: both('CopyDBClusterSnapshot', 'cluster-snapshot', 'DBClusterSnapshotIdentifier'),
    CopyDBParameterGroup: both('CopyDBParameterGroup', 'pg', 'DBParameterGroupIdentifier'),
    CopyDBSnapshot: both('CopyDBSnapshot', 'snapshot', 'DBSnapshotIdentifier'),
    CopyOptionGroup: both('CopyOptionGroup', 'og', 'OptionGroupIdentifier'),
    ApplyPendingMaintenanceAction: 'ApplyPendingMaintenanceAction@=ResourceIdentifier',
    ModifyActivityStream: 'ModifyActivityStream@=ResourceArn',
    StartExportTask: 'StartExportTask@=SourceArn;+iam:PassRole@=IamRoleArn',
  }),
  'rds-data.ExecuteSql': 'ExecuteSql@=dbClusterOrInstanceArn',
  'route53.ChangeTagsForResource': 'ChangeTagsForResource@![route53:::{}/{}](:ResourceType,:ResourceId)',
  'route53.ListTagsForResource': 'ListTagsForResource@![route53:::{}/{}](:ResourceType,:ResourceId)',
  'route53.ListTagsForResources': 'ListTagsForResources@![route53:::{}/{}](:ResourceType,ResourceIds[])',
  ...same('glue', '@![glue:R:A:catalog]()&![glue:R:A:catalog/{}](CatalogId)', [
    'GetCatalog',
    'DeleteCatalog',
    'UpdateCatalog',
  ]),
  ...same(
    'redshift-data',
    '@[redshift:R:A:cluster:{}](ClusterIdentifier)&[redshift-serverless:R:A:workgroup/*](WorkgroupName)',
    ['BatchExecuteStatement', 'DescribeTable', 'ExecuteStatement', 'ListDatabases', 'ListSchemas', 'ListTables'],
  ),
  'stepfunctions.ListExecutions': '@=stateMachineArn&=mapRunArn',
  'kms.ReEncrypt': 'ReEncryptFrom;ReEncryptTo',
  ...same('lakeformation', 'GetDataAccess', [
    'AssumeDecoratedRoleWithSAML',
    'GetGlueFunctionSessionContext',
    'GetTemporaryDataLocationCredentials',
    'GetTemporaryGlueFunctionCredentials',
    'GetTemporaryGluePartitionCredentials',
    'GetTemporaryGlueTableCredentials',
  ]),
  ...named('lambda', {
    GetLayerVersionByArn: 'GetLayerVersion@!=?Arn',
    Invoke: 'InvokeFunction',
    InvokeWithResponseStream: 'InvokeFunction',
    InvokeAsync: 'InvokeFunction',
  }),
  ...same('neptune-graph', 'ReadDataViaQuery;WriteDataViaQuery;DeleteDataViaQuery', ['ExecuteQuery']),
  ...named('neptune-graph', { GetQuery: 'GetQueryStatus' }),
  ...same('neptunedata', 'CancelQuery', ['CancelGremlinQuery', 'CancelOpenCypherQuery']),
  ...same('neptunedata', 'DeleteStatistics', ['DeletePropertygraphStatistics', 'DeleteSparqlStatistics']),
  ...same('neptunedata', 'GetGraphSummary', ['GetPropertygraphSummary', 'GetRDFGraphSummary']),
  ...same('neptunedata', 'GetStatisticsStatus', ['GetPropertygraphStatistics', 'GetSparqlStatistics']),
  ...same('neptunedata', 'GetStreamRecords', ['GetPropertygraphStream', 'GetSparqlStream']),
  ...same('neptunedata', 'ManageStatistics', ['ManagePropertygraphStatistics', 'ManageSparqlStatistics']),
  ...same('neptunedata', 'GetQueryStatus', [
    'GetGremlinQueryStatus',
    'GetOpenCypherQueryStatus',
    'ListGremlinQueries',
    'ListOpenCypherQueries',
  ]),
  ...same('neptunedata', 'ReadDataViaQuery', ['ExecuteGremlinProfileQuery', 'ExecuteOpenCypherExplainQuery']),
  // What a query does, only the database knows: it may read, write and delete.
  ...same('neptunedata', 'ReadDataViaQuery;WriteDataViaQuery;DeleteDataViaQuery', [
    'ExecuteGremlinExplainQuery',
    'ExecuteGremlinQuery',
    'ExecuteOpenCypherQuery',
  ]),
  ...named('neptunedata', {
    ExecuteFastReset: 'ResetDatabase',
    GetMLDataProcessingJob: 'GetMLDataProcessingJobStatus',
    GetMLEndpoint: 'GetMLEndpointStatus',
    GetMLModelTrainingJob: 'GetMLModelTrainingJobStatus',
    GetMLModelTransformJob: 'GetMLModelTransformJobStatus',
  }),
  ...named('qapps', { CreatePresignedUrl: 'ImportDocument' }),
  ...named('redshift-data', { GetStatementResultV2: 'GetStatementResult' }),
  ...named('s3control', {
    CreateBucket: 's3-outposts:CreateBucket@![s3-outposts:R:A:outpost/{}/bucket/{}](^x-amz-outpost-id,:Bucket)',
    DeleteAccessPointScope: 's3express:DeleteAccessPointScope@![s3express:R:A:accesspoint/{}](:AccessPointName)',
    DeleteBucket: outposts('DeleteBucket'),
    DeleteBucketLifecycleConfiguration: outposts('PutLifecycleConfiguration'),
    DeleteBucketPolicy: outposts('DeleteBucketPolicy'),
    DeleteBucketReplication: outposts('PutReplicationConfiguration'),
    DeleteBucketTagging: outposts('PutBucketTagging'),
    DeletePublicAccessBlock: 'PutAccountPublicAccessBlock',
    GetAccessPointScope: 's3express:GetAccessPointScope@![s3express:R:A:accesspoint/{}](:AccessPointName)',
    GetBucket: outposts('GetBucket'),
    GetBucketLifecycleConfiguration: outposts('GetLifecycleConfiguration'),
    GetBucketPolicy: outposts('GetBucketPolicy'),
    GetBucketReplication: outposts('GetReplicationConfiguration'),
    GetBucketTagging: outposts('GetBucketTagging'),
    GetBucketVersioning: outposts('GetBucketVersioning'),
    GetPublicAccessBlock: 'GetAccountPublicAccessBlock',
    ListAccessPointsForDirectoryBuckets: 's3express:ListAccessPointsForDirectoryBuckets',
    ListRegionalBuckets: 's3-outposts:ListRegionalBuckets',
    PutAccessPointScope: 's3express:PutAccessPointScope@![s3express:R:A:accesspoint/{}](:AccessPointName)',
    PutBucketLifecycleConfiguration: outposts('PutLifecycleConfiguration'),
    PutBucketPolicy: outposts('PutBucketPolicy'),
    PutBucketReplication: outposts('PutReplicationConfiguration'),
    PutBucketTagging: outposts('PutBucketTagging'),
    PutBucketVersioning: outposts('PutBucketVersioning'),
    PutPublicAccessBlock: 'PutAccountPublicAccessBlock',
  }),
  ...named('sagemaker-runtime', { InvokeEndpointWithResponseStream: 'InvokeEndpoint' }),
  ...named('securityhub', {
    BatchUpdateFindingsV2: 'BatchUpdateFindings',
    GetFindingStatisticsV2: 'GetAdhocInsightResults',
    GetFindingsV2: 'GetFindings',
  }),
  ...named('sns', { PublishBatch: 'Publish' }),
  ...same('taxsettings', 'GetExemptions', ['BatchGetTaxExemptions', 'GetTaxExemptionTypes', 'ListTaxExemptions']),
  ...named('taxsettings', { PutTaxExemption: 'UpdateExemptions' }),
  ...named('timestream-query', { Query: 'Select@![timestream:R:A:database/*/table/*]()' }),
  ...oneByOne('verifiedpermissions', ['GetPolicy', 'IsAuthorized', 'IsAuthorizedWithToken']),
  ...oneByOne('vpc-lattice', ['UpdateRule']),
  ...named('wickr', { UpdateNetwork: 'UpdateNetworkDetails' }),
};

function named(service: string, actions: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(actions).map(([operation, access]) => [`${service}.${operation}`, access]));
}

/** Operations that all need the same. */
function same(service: string, access: string, operations: readonly string[]): Record<string, string> {
  return Object.fromEntries(operations.map((operation) => [`${service}.${operation}`, access]));
}

/** `Batch…` operations that are allowed by the action for one. */
function oneByOne(service: string, actions: readonly string[]): Record<string, string> {
  return Object.fromEntries(actions.map((action) => [`${service}.Batch${action}`, action]));
}

function instanceProfile(): string {
  return ';+iam:PassRole@[iam::A:role/*](IamInstanceProfile.Arn|IamInstanceProfile.Name,)';
}

/** What a root, an organizational unit and an account share is the end of the ARN. */
function organization(operation: string, target: string, policy?: string): Record<string, string> {
  const other = policy === undefined ? '' : `&![organizations::A:policy/o-*/*/{}](${policy})`;
  return { [`organizations.${operation}`]: `${operation}@![organizations::A:*/o-*/{}](${target})${other}` };
}

/** DocumentDB and Neptune speak RDS's API, under RDS's actions. */
function databases(actions: Readonly<Record<string, string>>): Record<string, string> {
  return { ...named('rds', actions), ...named('docdb', actions), ...named('neptune', actions) };
}

/** A copy reads one and makes another. */
function both(action: string, type: string, member: string): string {
  return `${action}@![rds:R:A:${type}:{}](Source${member})&![rds:R:A:${type}:{}](Target${member})`;
}

/** S3 on Outposts: a bucket there is told by the outpost in a header. */
function outposts(action: string): string {
  return `s3-outposts:${action}@![s3-outposts:R:A:outpost/{}/bucket/{}](^x-amz-outpost-id,:Bucket)`;
}
