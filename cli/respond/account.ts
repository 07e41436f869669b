import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { stateOf } from '../attach/functions.ts';
import type { FunctionState } from '../attach/support.ts';
import { clientOptions } from '../aws-endpoints.ts';
import { roleName } from '../policy/role.ts';
import { awsProblem, isMissing, takeDefaultRegion } from './aws.ts';
import { type Change, subjectOf } from './change.ts';
import { configurationOf, configure } from './configuration.ts';
import { isolationOf, turnIsolation } from './isolation.ts';

/** What a function runs as. */
export interface Target {
  readonly function: string;
  readonly role: string;
  readonly functionArn: string;
  readonly roleArn: string;
  readonly state: FunctionState;
}

/** What else a change of a role reaches. */
export interface RoleUsers {
  readonly functions: readonly string[];
  /** Services and principals that may assume it. */
  readonly trusted: readonly string[];
  readonly lastUsed: string | null;
}

/** The account that is acted on, by the SDK's own credentials. Clients are made when first needed. */
export class Account {
  constructor() {
    takeDefaultRegion();
  }

  #iam: IAMClient | null = null;
  #lambda: LambdaClient | null = null;

  async target(name: string): Promise<Target> {
    const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
    try {
      const found = await (await this.lambda()).send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      return {
        function: found.FunctionName ?? name,
        role: roleName(found.Role ?? ''),
        functionArn: found.FunctionArn ?? '',
        roleArn: found.Role ?? '',
        state: stateOf(found),
      };
    } catch (error) {
      throw awsProblem(`function ${name} cannot be read`, error);
    }
  }

  /** Of this region only: a role may be used in others too. */
  async usersOf(role: string): Promise<RoleUsers> {
    const iam = await import('@aws-sdk/client-iam');
    const lambda = await import('@aws-sdk/client-lambda');
    try {
      const { Role } = await (await this.#iamClient()).send(new iam.GetRoleCommand({ RoleName: role }));
      const functions: string[] = [];
      for await (const page of lambda.paginateListFunctions({ client: await this.lambda() }, {})) {
        for (const { FunctionName, Role: arn } of page.Functions ?? [])
          if (arn === Role?.Arn) functions.push(FunctionName ?? '');
      }
      return {
        functions: functions.sort(),
        trusted: trustedBy(Role?.AssumeRolePolicyDocument),
        lastUsed: Role?.RoleLastUsed?.LastUsedDate?.toISOString() ?? null,
      };
    } catch (error) {
      throw awsProblem(`the users of role ${role} cannot be listed`, error);
    }
  }

  /** What is there now, in the form of `before` and `after`. */
  async state(change: Change): Promise<Change['after']> {
    try {
      if (change.kind === 'concurrency') return await this.#concurrency(change.function);
      if (change.kind === 'configuration') return await configurationOf(await this.lambda(), change);
      if (change.kind === 'isolation') return await isolationOf(change);
      return await this.#rolePolicy(change.role, change.policy);
    } catch (error) {
      throw awsProblem(`${subjectOf(change)} cannot be read`, error);
    }
  }

  async apply(change: Change): Promise<void> {
    try {
      if (change.kind === 'concurrency') await this.#setConcurrency(change.function, change.after);
      else if (change.kind === 'configuration') await configure(await this.lambda(), change);
      else if (change.kind === 'isolation') await turnIsolation(change);
      else await this.#setRolePolicy(change.role, change.policy, change.after);
    } catch (error) {
      throw awsProblem(`${subjectOf(change)} cannot be changed`, error);
    }
  }

  /** Versions with the time of their publication. */
  async versions(name: string): Promise<{ version: string; time: string; description: string }[]> {
    const { paginateListVersionsByFunction } = await import('@aws-sdk/client-lambda');
    const found: { version: string; time: string; description: string }[] = [];
    try {
      for await (const page of paginateListVersionsByFunction(
        { client: await this.lambda() },
        { FunctionName: name },
      )) {
        for (const { Version, LastModified, Description } of page.Versions ?? []) {
          const time = Date.parse(LastModified ?? '');
          if (!Number.isNaN(time))
            found.push({ version: Version ?? '?', time: new Date(time).toISOString(), description: Description ?? '' });
        }
      }
    } catch (error) {
      throw awsProblem(`the versions of ${name} cannot be listed`, error);
    }
    return found;
  }

  close(): void {
    this.#iam?.destroy();
    this.#lambda?.destroy();
  }

  async #iamClient(): Promise<IAMClient> {
    // One endpoint for all regions, but the SDK wants one named
    const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1';
    this.#iam ??= new (await import('@aws-sdk/client-iam')).IAMClient({ region, ...clientOptions() });
    return this.#iam;
  }

  async lambda(): Promise<LambdaClient> {
    this.#lambda ??= new (await import('@aws-sdk/client-lambda')).LambdaClient(clientOptions());
    return this.#lambda;
  }

  async #concurrency(name: string): Promise<number | null> {
    const { GetFunctionConcurrencyCommand } = await import('@aws-sdk/client-lambda');
    const found = await (await this.lambda()).send(new GetFunctionConcurrencyCommand({ FunctionName: name }));
    return found.ReservedConcurrentExecutions ?? null;
  }

  async #setConcurrency(name: string, count: number | null): Promise<void> {
    const { DeleteFunctionConcurrencyCommand, PutFunctionConcurrencyCommand } = await import('@aws-sdk/client-lambda');
    const client = await this.lambda();
    if (count === null) await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
    else
      await client.send(new PutFunctionConcurrencyCommand({ FunctionName: name, ReservedConcurrentExecutions: count }));
  }

  async #rolePolicy(role: string, policy: string): Promise<string | null> {
    const { GetRoleCommand, GetRolePolicyCommand } = await import('@aws-sdk/client-iam');
    const client = await this.#iamClient();
    // A missing role must not look like a missing policy
    await client.send(new GetRoleCommand({ RoleName: role }));
    try {
      const found = await client.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: policy }));
      return decodeURIComponent(found.PolicyDocument ?? '');
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async #setRolePolicy(role: string, policy: string, document: string | null): Promise<void> {
    const { DeleteRolePolicyCommand, PutRolePolicyCommand } = await import('@aws-sdk/client-iam');
    const client = await this.#iamClient();
    if (document !== null) {
      await client.send(new PutRolePolicyCommand({ RoleName: role, PolicyName: policy, PolicyDocument: document }));
      return;
    }
    try {
      await client.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: policy }));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

function trustedBy(document: string | undefined): string[] {
  if (document === undefined) return [];
  try {
    const { Statement } = JSON.parse(decodeURIComponent(document)) as { Statement: { Principal?: unknown }[] };
    return [
      ...new Set(
        [Statement].flat().flatMap(({ Principal }) =>
          typeof Principal === 'string'
            ? [Principal]
            : Object.values(Principal ?? {})
                .flat()
                .map(String),
        ),
      ),
    ].sort();
  } catch {
    return [];
  }
}
