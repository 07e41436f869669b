import { existsSync } from 'node:fs';
import { functionName } from '../../baseline/model/entry-for.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import type { Send } from '../../baseline/store/key-value.ts';
import { createDirect, type DirectOptions } from '../../extension/alerts/transport/direct.ts';
import { expectedStore, readConfig, readLocation } from '../../extension/config.ts';
import { openFleet } from '../../extension/fleet/open.ts';
import { createSend } from '../../extension/fleet/send.ts';
import { outgoing } from '../../extension/outgoing.ts';
import { problemText } from '../../extension/setting-problem.ts';
import { clientOptions, endpointOf } from '../aws-endpoints.ts';
import { UsageError } from '../errors.ts';
import { say } from '../output.ts';
import { takeDefaultRegion } from '../respond/aws.ts';

export const STORE = 's3://bucket/prefix, dynamodb://table, or file:FOLDER/ for trying it out';

/** An operator waits longer than a function may. */
const TIMEOUT_MS = 30_000;

export interface OpenStore {
  readonly fleet: Fleet;
  /** As it was given. */
  readonly store: string;
}

/** The one STORE of a command. */
export async function openStore(command: string, positionals: readonly string[]): Promise<OpenStore> {
  const [store, ...more] = positionals;
  if (store === undefined || more.length > 0) throw new UsageError(`baseline ${command} takes one STORE: ${STORE}`);
  const location = readLocation(store);
  if (location?.kind === 'folder' && command === 'history' && !existsSync(location.path))
    throw new UsageError(`${store}: there is no such folder`);
  return { fleet: await fleetAt(store), store };
}

/** The --function of a command. `whose`: what is asked for of it. */
export function oneFunction(value: string | undefined, whose: string): string {
  if (value === undefined || value === '') throw new UsageError(`--function NAME is missing: ${whose}`);
  return functionName(value);
}

export async function fleetAt(store: string): Promise<Fleet> {
  const location = readLocation(store);
  if (location?.kind === 'file')
    throw new UsageError(`${store} is a file, no store (a folder for trying it out ends with a slash: ${store}/)`);
  if (location === null) throw new UsageError(`${store} is no store: expected ${expectedStore(store) ?? STORE}`);
  const direct = route();
  if (location.kind === 'folder') {
    return openFleet(location, { region: '', env: process.env, direct, timeoutMs: TIMEOUT_MS });
  }
  const { region, credentials } = await operator(store, null);
  return openFleet(location, {
    region,
    env: process.env,
    direct,
    timeoutMs: TIMEOUT_MS,
    credentials,
    endpointOf,
    report: (problem) => say(`rolefence: warning: ${problem}`),
  });
}

/** Signed requests with the credentials of whoever runs the command. `what` needs them, in `region` where it names one. */
export async function operatorSend(what: string, region: string | null): Promise<Send> {
  const own = await operator(what, region);
  return createSend({ ...own, direct: createDirect(route()), timeoutMs: TIMEOUT_MS, endpointOf });
}

function route(): DirectOptions {
  const { config, problems } = readConfig(process.env);
  for (const problem of problems) say(`rolefence: warning: ${problemText(problem)}`);
  return outgoing(config);
}

/** The SDK's own chain: environment, profiles, SSO. */
async function operator(what: string, given: string | null) {
  takeDefaultRegion();
  const { STSClient } = await import('@aws-sdk/client-sts');
  const { config: sdk } = new STSClient({ ...clientOptions(), ...(given === null ? {} : { region: given }) });
  try {
    const region = await sdk.region();
    await sdk.credentials();
    const credentials = async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await sdk.credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    };
    return { region, credentials };
  } catch (cause) {
    const why = cause instanceof Error && /region/i.test(cause.message) ? 'a region (AWS_REGION)' : 'AWS credentials';
    throw new UsageError(`${what} needs ${why}, and there are none`, { cause });
  }
}
