import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListRolePoliciesCommand } from '@aws-sdk/client-iam';
import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  PublishLayerVersionCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll } from 'vitest';
import { provide } from '../../toolchain/provide.ts';
import { rolefence } from '../policy/rolefence.ts';
import { type LocalAccount, localAccount, packed } from './account.ts';
import { type LocalAws, startLocalAws } from './moto.ts';

export const python = provide('python');

/** An account that moto plays, in which `resize` and `mail` share the role `workers`, and a folder for files. */
export function responding() {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-respond-'));
  let aws: LocalAws;
  let account: LocalAccount;

  beforeAll(async () => {
    aws = await startLocalAws(python.folders.python);
    account = localAccount({ endpoint: aws.endpoint });
    const role = await account.role('workers');
    for (const name of ['resize', 'mail']) await account.function(name, role, { runtime: 'nodejs24.x', publish: true });
  });

  afterAll(async () => {
    account?.close();
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    folder,
    env: () => aws.env,
    iam: () => account.iam,
    lambda: () => account.lambda,
    run: (...args: string[]) => rolefence(args, { cwd: folder, env: aws.env }),
    reserved: async (name: string) =>
      (await account.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: name })))
        .ReservedConcurrentExecutions ?? null,
    layer: async (name: string) =>
      (await account.lambda.send(new PublishLayerVersionCommand({ LayerName: name, Content: { ZipFile: packed() } })))
        .LayerVersionArn!,
    layersOf: async (name: string) =>
      (await account.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }))).Layers?.map(
        ({ Arn }) => Arn,
      ),
    inline: async (role: string) =>
      (await account.iam.send(new ListRolePoliciesCommand({ RoleName: role }))).PolicyNames,
  };
}
