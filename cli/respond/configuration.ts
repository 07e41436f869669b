import type { GetFunctionConfigurationCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import { UsageError } from '../errors.ts';
import { type ConfigurationChange, type Configured, sameState } from './change.ts';

/** What Lambda says of a function, as far as a change of it needs to know. */
type Found = Pick<
  GetFunctionConfigurationCommandOutput,
  'Layers' | 'Environment' | 'RevisionId' | 'LastUpdateStatus' | 'LastUpdateStatusReason'
>;

/** What is there now, of the same variables as the change is about. */
export async function configurationOf(client: LambdaClient, change: ConfigurationChange): Promise<Configured> {
  return configuredIn(await settled(client, change.function), change);
}

/**
 * Changes layers and variables in one request, and waits until Lambda has done it. Variables that the change does not name go back as they came, since Lambda
 * takes all of them or none. Where somebody else is quicker, or Lambda fails, the function stays as it was.
 */
export async function configure(client: LambdaClient, change: ConfigurationChange): Promise<void> {
  const found = await settled(client, change.function);
  if (found.Environment?.Error !== undefined)
    throw new UsageError(
      `the variables of ${change.function} cannot be read by these credentials (KMS), so they would be lost`,
    );
  if (!sameState(configuredIn(found, change), change.before))
    throw new UsageError(`function ${change.function} was changed by somebody else in the meantime`);
  await update(client, change.function, found, change.after);
  const after = await settled(client, change.function);
  if (after.LastUpdateStatus !== 'Failed') return;
  await update(client, change.function, after, change.before);
  await settled(client, change.function);
  throw new UsageError(
    `Lambda could not update function ${change.function} (${(after.LastUpdateStatusReason ?? 'no reason given').slice(0, 200)})`,
  );
}

function configuredIn(found: Found, change: ConfigurationChange): Configured {
  const all = found.Environment?.Variables ?? {};
  const names = new Set([...Object.keys(change.before.variables), ...Object.keys(change.after.variables)]);
  return {
    layers: (found.Layers ?? []).map(({ Arn }) => Arn ?? ''),
    variables: Object.fromEntries([...names].map((name) => [name, all[name] ?? null])),
  };
}

async function update(client: LambdaClient, name: string, found: Found, wanted: Configured): Promise<void> {
  const { UpdateFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  const variables = { ...found.Environment?.Variables };
  for (const [key, value] of Object.entries(wanted.variables)) {
    if (value === null) delete variables[key];
    else variables[key] = value;
  }
  await client.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: name,
      Layers: [...wanted.layers],
      Environment: { Variables: variables },
      ...(found.RevisionId === undefined ? {} : { RevisionId: found.RevisionId }),
    }),
  );
}

const PAUSE_MS = 1_000;
/** A function in a VPC may take minutes. */
const ATTEMPTS = 600;

/** When no update is going on any more. */
async function settled(client: LambdaClient, name: string): Promise<Found> {
  const { GetFunctionConfigurationCommand } = await import('@aws-sdk/client-lambda');
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    if (found.LastUpdateStatus !== 'InProgress') return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new UsageError(`function ${name} is still being updated after ten minutes`);
}
