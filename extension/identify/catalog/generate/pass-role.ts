import type { Member } from './members.ts';

/** Prefixes whose role members name the object of the call itself, not a role handed to a service. */
const ROLES_ARE_THE_OBJECT = new Set([
  'iam',
  'sts',
  'sso',
  'rolesanywhere',
  'sso-oauth',
  'access-analyzer',
  'ram',
  'organizations',
]);

const ROLE = /(^|[a-z_])role_?(arns?)?$|^role_?(arns?)?$/i;

const WRITES =
  /^(Create|Update|Put|Register|Start|Run|Modify|Add|Associate|Restore|Set|Import|Send|Enable|Submit|Publish|Deploy|Execute|Schedule|Attach|Change|Configure|Launch)/;

/**
 * Members through which an operation hands a role to a service: the caller needs iam:PassRole on it. Source: dependent actions in the Service
 * Authorization Reference, and the IAM User Guide on passing a role.
 */
export function passedRoles(prefix: string, operation: string, members: readonly Member[]): string[] {
  if (ROLES_ARE_THE_OBJECT.has(prefix) || !WRITES.test(operation)) return [];
  return members
    .filter(
      ({ name, type, reference }) => ROLE.test(name) && ['string', 'list'].includes(type) && !reference.startsWith('?'),
    )
    .map(({ reference }) => reference);
}
