import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetFunctionConfigurationCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { provide } from '../../toolchain/provide.ts';
import { rolefence } from '../policy/rolefence.ts';
import { type FunctionOptions, type LocalAccount, localAccount, packed } from '../respond/account.ts';
import { type LocalAws, startLocalAws } from '../respond/moto.ts';

export const python = provide('python');
export const WRAPPER = '/opt/rolefence/wrapper';

/** An account that moto plays, with our layers and others in it, and a folder for undo files that is empty before each test. */
export function attachable() {
  /** Each command is a process of its own, and some tests run eight. */
  vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-attach-'));
  let aws: LocalAws;
  let account: LocalAccount;
  let role = '';
  /** ARNs by name. */
  const layers: Record<string, string> = {};
  let count = 0;

  const run = (...args: string[]) => rolefence(args, { cwd: folder, env: aws.env });
  async function publish(name: string, more: { runtimes?: string[]; architectures?: string[] } = {}): Promise<string> {
    const found = await account.lambda.send(
      new PublishLayerVersionCommand({
        LayerName: name,
        Content: { ZipFile: packed() },
        CompatibleRuntimes: (more.runtimes ?? []) as never,
        CompatibleArchitectures: (more.architectures ?? []) as never,
      }),
    );
    layers[name] = found.LayerVersionArn!;
    return found.LayerVersionArn!;
  }

  beforeAll(async () => {
    aws = await startLocalAws(python.folders.python);
    account = localAccount({ endpoint: aws.endpoint });
    role = await account.role('workers');
    await publish('rolefence-slim', { runtimes: ['nodejs20.x', 'nodejs22.x', 'nodejs24.x'] });
    await publish('rolefence-universal-x86_64', { architectures: ['x86_64'] });
    await publish('rolefence-universal-arm64', { architectures: ['arm64'] });
    for (const name of ['own', 'other', 'third', 'fourth', 'fifth']) await publish(name);
  });

  afterAll(async () => {
    account?.close();
    await aws?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(() => {
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  });

  return {
    folder,
    layers,
    run,
    publish,
    lambda: () => account.lambda,
    json(...args: string[]) {
      const { code, stdout, stderr } = run(...args, '--json');
      expect(stderr).toBe('');
      expect(code).toBe(0);
      return JSON.parse(stdout);
    },
    async now(name: string) {
      const found = await account.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      return { layers: (found.Layers ?? []).map(({ Arn }) => Arn), variables: found.Environment?.Variables ?? {} };
    },
    async create({ name = `f${++count}`, ...given }: FunctionOptions & { name?: string } = {}): Promise<string> {
      await account.function(name, role, given);
      return name;
    },
  };
}
