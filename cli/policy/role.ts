import type { IAMClient } from '@aws-sdk/client-iam';
import type { Policy } from '../../baseline/policy/document.ts';
import type { Grants } from '../../baseline/policy/evaluate.ts';
import { clientOptions } from '../aws-endpoints.ts';
import { UsageError } from '../errors.ts';
import { awsProblem } from '../respond/aws.ts';
import { policiesIn } from './read.ts';

/** Name of a role in `arn:aws:iam::111122223333:role/path/name`, or the name as it is. */
export function roleName(role: string): string {
  const match = /^arn:[\w-]+:iam::\d{12}:role\/(?:.+\/)?([\w+=,.@-]+)$/.exec(role);
  if (match !== null) return match[1]!;
  if (/^[\w+=,.@-]{1,64}$/.test(role)) return role;
  throw new UsageError('the role must be an ARN (arn:aws:iam::ACCOUNT:role/NAME) or a name');
}

/** What a role has now: its own and its attached policies, and its boundary. Only reads. */
export async function grantsOfRole(role: string): Promise<Grants> {
  const iam = await import('@aws-sdk/client-iam');
  // One endpoint for all regions, but the SDK wants one named
  const client = new iam.IAMClient({
    region: process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1',
    ...clientOptions(),
  });
  const name = roleName(role);
  try {
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: name }));
    const policies: Policy[] = [];
    for await (const page of iam.paginateListRolePolicies({ client }, { RoleName: name })) {
      for (const PolicyName of page.PolicyNames ?? []) {
        const { PolicyDocument } = await client.send(new iam.GetRolePolicyCommand({ RoleName: name, PolicyName }));
        policies.push(...policiesIn({ PolicyDocument }, `policy ${PolicyName} of ${name}`));
      }
    }
    for await (const page of iam.paginateListAttachedRolePolicies({ client }, { RoleName: name })) {
      for (const { PolicyArn } of page.AttachedPolicies ?? []) policies.push(...(await managed(client, PolicyArn!)));
    }
    const boundary = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
    return { policies, boundary: boundary === undefined ? null : (await managed(client, boundary)).flat() };
  } catch (error) {
    throw awsProblem(`role ${name} cannot be read`, error);
  } finally {
    client.destroy();
  }
}

async function managed(client: IAMClient, arn: string): Promise<Policy[]> {
  const { GetPolicyCommand, GetPolicyVersionCommand } = await import('@aws-sdk/client-iam');
  const { Policy: found } = await client.send(new GetPolicyCommand({ PolicyArn: arn }));
  const version = await client.send(
    new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: found?.DefaultVersionId ?? 'v1' }),
  );
  return policiesIn({ PolicyDocument: version.PolicyVersion?.Document }, `policy ${arn}`);
}
