/**
 * Where the IAM action is not the operation's name, or its resources follow from no name: `service.Operation` → access in the catalog's
 * notation (`../notation.ts`). Source of each: the service's page in the Service Authorization Reference. Services whose resources need
 * code (S3, SQS, DynamoDB, …) are under `../../resources/`.
 */
export const EXCEPTIONS: Readonly<Record<string, string>> = {
  'kms.ReEncrypt': 'ReEncryptFrom;ReEncryptTo',
};
