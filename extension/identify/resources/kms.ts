import { at, text, want } from '../body/tree.ts';
import { arn, type Binder, isArn, type Reading } from '../reading.ts';
import { access, type Rule, rules } from './rules.ts';

const ON_KEY =
  'CancelKeyDeletion CreateGrant Decapsulate Decrypt DeleteImportedKeyMaterial DeriveSharedSecret DescribeKey DisableKey DisableKeyRotation EnableKey ' +
  'EnableKeyRotation Encapsulate Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac ' +
  'GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus GetParametersForImport GetPublicKey ImportKeyMaterial ListGrants ListKeyPolicies ' +
  'ListKeyRotations ListResourceTags PutKeyPolicy ReplicateKey RetireGrant RevokeGrant RotateKeyOnDemand ScheduleKeyDeletion Sign ' +
  'TagResource UntagResource UpdateKeyDescription UpdatePrimaryRegion Verify VerifyMac';

/** A key by id or ARN. Which key stands behind an alias, or made a ciphertext, KMS alone knows. */
function keyOf(reading: Reading, member: string): string {
  const id = text(at(reading.body, member));
  if (id === null || id.startsWith('alias/')) return arn(reading, 'kms', 'key/*');
  if (!isArn(id)) return arn(reading, 'kms', `key/${id}`);
  const parts = id.split(':');
  return parts[5]?.startsWith('alias/') ? `${parts.slice(0, 5).join(':')}:key/*` : id;
}

function aliasOf(reading: Reading): string {
  const name = text(at(reading.body, 'AliasName')) ?? '*';
  return arn(reading, 'kms', name.startsWith('alias/') ? name : `alias/${name}`);
}

const onKey = (name: string, member = 'KeyId'): Rule => ({
  body: want(member),
  name: (reading) => [access(`kms:${name}`, keyOf(reading, member))],
});

const onAlias = (name: string): Rule => ({
  body: want('AliasName', 'TargetKeyId'),
  name: (reading) => [access(`kms:${name}`, aliasOf(reading), keyOf(reading, 'TargetKeyId'))],
});

export const kms: Binder = rules({
  ...Object.fromEntries(ON_KEY.split(' ').map((name) => [name, onKey(name)])),
  CreateAlias: onAlias('CreateAlias'),
  UpdateAlias: onAlias('UpdateAlias'),
  DeleteAlias: onAlias('DeleteAlias'),
  ReEncrypt: {
    body: want('SourceKeyId', 'DestinationKeyId'),
    name: (reading) => [
      access('kms:ReEncryptFrom', keyOf(reading, 'SourceKeyId')),
      access('kms:ReEncryptTo', keyOf(reading, 'DestinationKeyId')),
    ],
  },
});
