/** The IAM action of an S3 operation, and what it is needed on. */
export interface S3Action {
  readonly action: string;
  /** Action where the request names a version of the object. */
  readonly versioned?: string;
  readonly on: 'object' | 'bucket' | 'account';
}

/**
 * `Operation`, or `Operation=Action` where the names differ, and after a slash the action for a version of the object. Source: Service
 * Authorization Reference, Amazon S3, and the permissions section of each operation in the S3 API reference.
 */
const OBJECT = `AbortMultipartUpload CompleteMultipartUpload=PutObject CopyObject=PutObject CreateMultipartUpload=PutObject DeleteObject/DeleteObjectVersion
 DeleteObjectAnnotation/DeleteObjectVersionAnnotation DeleteObjectTagging/DeleteObjectVersionTagging DeleteObjects=DeleteObject
 GetObject/GetObjectVersion GetObjectAcl/GetObjectVersionAcl GetObjectAnnotation/GetObjectVersionAnnotation GetObjectAttributes/GetObjectVersionAttributes
 GetObjectLegalHold GetObjectRetention GetObjectTagging/GetObjectVersionTagging GetObjectTorrent/GetObjectVersionTorrent HeadObject=GetObject/GetObjectVersion
 ListObjectAnnotations/ListObjectVersionAnnotations ListParts=ListMultipartUploadParts PostObject=PutObject PutObject PutObjectAcl/PutObjectVersionAcl
 PutObjectAnnotation/PutObjectVersionAnnotation PutObjectLegalHold PutObjectRetention PutObjectTagging/PutObjectVersionTagging RenameObject=PutObject RestoreObject
 SelectObjectContent=GetObject UpdateObjectEncryption UploadPart=PutObject UploadPartCopy=PutObject`;

const BUCKET = `CreateBucket CreateBucketMetadataConfiguration=CreateBucketMetadataTableConfiguration CreateBucketMetadataTableConfiguration CreateSession
 DeleteBucket DeleteBucketAnalyticsConfiguration=PutAnalyticsConfiguration DeleteBucketCors=PutBucketCORS DeleteBucketEncryption=PutEncryptionConfiguration
 DeleteBucketIntelligentTieringConfiguration=PutIntelligentTieringConfiguration DeleteBucketInventoryConfiguration=PutInventoryConfiguration
 DeleteBucketLifecycle=PutLifecycleConfiguration DeleteBucketMetadataConfiguration=DeleteBucketMetadataTableConfiguration DeleteBucketMetadataTableConfiguration
 DeleteBucketMetricsConfiguration=PutMetricsConfiguration DeleteBucketOwnershipControls=PutBucketOwnershipControls DeleteBucketPolicy
 DeleteBucketReplication=PutReplicationConfiguration DeleteBucketTagging=PutBucketTagging DeleteBucketWebsite DeletePublicAccessBlock=PutBucketPublicAccessBlock
 GetBucketAbac GetBucketAccelerateConfiguration=GetAccelerateConfiguration GetBucketAcl GetBucketAnalyticsConfiguration=GetAnalyticsConfiguration
 GetBucketCors=GetBucketCORS GetBucketEncryption=GetEncryptionConfiguration GetBucketIntelligentTieringConfiguration=GetIntelligentTieringConfiguration
 GetBucketInventoryConfiguration=GetInventoryConfiguration GetBucketLifecycle=GetLifecycleConfiguration
 GetBucketLifecycleConfiguration=GetLifecycleConfiguration GetBucketLocation GetBucketLogging GetBucketMetadataConfiguration=GetBucketMetadataTableConfiguration
 GetBucketMetadataTableConfiguration GetBucketMetricsConfiguration=GetMetricsConfiguration GetBucketNotification
 GetBucketNotificationConfiguration=GetBucketNotification GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus
 GetBucketReplication=GetReplicationConfiguration GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite
 GetObjectLockConfiguration=GetBucketObjectLockConfiguration GetPublicAccessBlock=GetBucketPublicAccessBlock HeadBucket=ListBucket
 ListBucketAnalyticsConfigurations=GetAnalyticsConfiguration ListBucketIntelligentTieringConfigurations=GetIntelligentTieringConfiguration
 ListBucketInventoryConfigurations=GetInventoryConfiguration ListBucketMetricsConfigurations=GetMetricsConfiguration
 ListMultipartUploads=ListBucketMultipartUploads ListObjectVersions=ListBucketVersions ListObjects=ListBucket ListObjectsV2=ListBucket PutBucketAbac
 PutBucketAccelerateConfiguration=PutAccelerateConfiguration PutBucketAcl PutBucketAnalyticsConfiguration=PutAnalyticsConfiguration PutBucketCors=PutBucketCORS
 PutBucketEncryption=PutEncryptionConfiguration PutBucketIntelligentTieringConfiguration=PutIntelligentTieringConfiguration
 PutBucketInventoryConfiguration=PutInventoryConfiguration PutBucketLifecycle=PutLifecycleConfiguration
 PutBucketLifecycleConfiguration=PutLifecycleConfiguration PutBucketLogging PutBucketMetricsConfiguration=PutMetricsConfiguration PutBucketNotification
 PutBucketNotificationConfiguration=PutBucketNotification PutBucketOwnershipControls PutBucketPolicy PutBucketReplication=PutReplicationConfiguration
 PutBucketRequestPayment PutBucketTagging PutBucketVersioning PutBucketWebsite PutObjectLockConfiguration=PutBucketObjectLockConfiguration
 PutPublicAccessBlock=PutBucketPublicAccessBlock UpdateBucketMetadataAnnotationTableConfiguration UpdateBucketMetadataInventoryTableConfiguration
 UpdateBucketMetadataJournalTableConfiguration`;

const ACCOUNT = 'ListBuckets=ListAllMyBuckets';

const ACTIONS = new Map<string, S3Action>([
  ...read(OBJECT, 'object'),
  ...read(BUCKET, 'bucket'),
  ...read(ACCOUNT, 'account'),
]);

function read(list: string, on: S3Action['on']): [string, S3Action][] {
  return list.split(/\s+/).map((entry) => {
    const [names = '', versioned] = entry.split('/');
    const [operation = '', action = operation] = names.split('=');
    return [operation, versioned === undefined ? { action, on } : { action, versioned, on }];
  });
}

export const actionOf = (operation: string): S3Action | undefined => ACTIONS.get(operation);
