import { at, elements, text, want } from '../body/tree.ts';
import { arn, type Binder, isArn, type Reading } from '../reading.ts';
import { access, type Rule, rules } from './rules.ts';

const ON_SECRET =
  'CancelRotateSecret DeleteResourcePolicy DeleteSecret DescribeSecret GetResourcePolicy GetSecretValue ListSecretVersionIds PutResourcePolicy ' +
  'PutSecretValue RemoveRegionsFromReplication ReplicateSecretToRegions RestoreSecret RotateSecret StopReplicationToReplica TagResource UntagResource ' +
  'UpdateSecret UpdateSecretVersionStage ValidateResourcePolicy';

/** The ARN of a secret ends in six characters that Secrets Manager chose: `secret:NAME-a1B2c3`. */
function secretArn(reading: Reading, id: string | null): string {
  if (id === null || id === '') return arn(reading, 'secretsmanager', 'secret:*');
  if (isArn(id)) return /-[A-Za-z0-9]{6}$/.test(id) ? id : `${id}-*`;
  return arn(reading, 'secretsmanager', `secret:${id}-*`);
}

const onSecret = (name: string, member = 'SecretId'): Rule => ({
  body: want(member),
  name: (reading) => [access(`secretsmanager:${name}`, secretArn(reading, text(at(reading.body, member))))],
});

export const secretsmanager: Binder = rules({
  ...Object.fromEntries(ON_SECRET.split(' ').map((name) => [name, onSecret(name)])),
  CreateSecret: onSecret('CreateSecret', 'Name'),
  // Lists and reads: each secret needs GetSecretValue of its own.
  BatchGetSecretValue: {
    body: want('SecretIdList'),
    name: (reading) => {
      const ids = elements(at(reading.body, 'SecretIdList')).flatMap((id) => (typeof id === 'string' ? [id] : []));
      return {
        access: [
          access('secretsmanager:BatchGetSecretValue'),
          access(
            'secretsmanager:GetSecretValue',
            ...(ids.length === 0 ? [secretArn(reading, null)] : ids.map((id) => secretArn(reading, id))),
          ),
        ],
        items: Math.max(1, ids.length),
      };
    },
  },
});
