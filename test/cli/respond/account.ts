import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient, type LambdaClientConfig } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';

/** Roles and functions in an account that moto plays, and the clients by which a test looks at them. */
export interface LocalAccount {
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  /** Makes a role that Lambda may assume; its ARN. */
  role(name: string): Promise<string>;
  /** Makes a function; what is not given is as most are. */
  function(name: string, role: string, given?: FunctionOptions): Promise<void>;
  close(): void;
}

export interface FunctionOptions {
  readonly runtime?: string;
  readonly memory?: number;
  readonly layers?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly architecture?: 'arm64' | 'x86_64';
  readonly publish?: boolean;
  /** Functions with one code have one hash. */
  readonly code?: string;
}

/** What any function's or layer's code may be where nobody runs it. */
export const packed = (code = 'export const handler = () => 1;'): Uint8Array =>
  zipSync({ 'index.mjs': new TextEncoder().encode(code) }, { mtime: '2026-01-01' });

const TRUST = {
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};

/** `at`: where moto listens, and what else its clients need. */
export function localAccount(
  at: Pick<LambdaClientConfig, 'endpoint' | 'region' | 'credentials' | 'requestHandler'>,
): LocalAccount {
  const options = {
    region: 'eu-west-1',
    credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' },
    ...(at as { endpoint: string }),
  };
  const iam = new IAMClient(options);
  const lambda = new LambdaClient(options);
  return {
    iam,
    lambda,
    async role(name) {
      const created = new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(TRUST) });
      return (await iam.send(created)).Role!.Arn!;
    },
    async function(name, role, given = {}) {
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: role,
          Runtime: (given.runtime ?? 'nodejs22.x') as never,
          Handler: 'index.handler',
          MemorySize: given.memory ?? 256,
          Code: { ZipFile: packed(given.code) },
          Layers: [...(given.layers ?? [])],
          Environment: { Variables: given.variables ?? {} },
          Architectures: [given.architecture ?? 'x86_64'],
          Tags: given.tags ?? {},
          Publish: given.publish === true,
        }),
      );
    },
    close() {
      iam.destroy();
      lambda.destroy();
    },
  };
}
