import { dynamoDbStore } from '../../baseline/store/dynamodb.ts';
import { createFleet, type Fleet } from '../../baseline/store/fleet.ts';
import { folderStore } from '../../baseline/store/folder.ts';
import type { KeyValue, Send } from '../../baseline/store/key-value.ts';
import { s3Store } from '../../baseline/store/s3.ts';
import { type CredentialSource, roleCredentials } from '../alerts/transport/credentials.ts';
import { createDirect, type DirectOptions } from '../alerts/transport/direct.ts';
import type { StoreLocation } from '../config.ts';
import { createSend, type SendOptions } from './send.ts';

export interface FleetOptions {
  readonly region: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly direct: DirectOptions;
  /** Milliseconds that one request may take. */
  readonly timeoutMs: number;
  /** Default: the role's own, from the environment. */
  readonly credentials?: CredentialSource;
  /** Endpoints in place of AWS's own. */
  readonly endpointOf?: SendOptions['endpointOf'];
  /** What is not as it should be, and does no harm. */
  readonly report?: (problem: string) => void;
}

/** The store that ROLEFENCE_BASELINE names. Loaded when there is one, so that functions without do not pay for it. */
export function openFleet(location: StoreLocation, options: FleetOptions): Fleet {
  return createFleet(openStore(location, options), Date.now, options.report);
}

function openStore(
  location: StoreLocation,
  { region, env, direct, timeoutMs, credentials, endpointOf }: FleetOptions,
): KeyValue {
  if (location.kind === 'folder') return folderStore(location.path);
  const send: Send = createSend({
    region,
    credentials: credentials ?? roleCredentials(env),
    direct: createDirect(direct),
    timeoutMs,
    ...(endpointOf === undefined ? {} : { endpointOf }),
  });
  return location.kind === 'dynamodb'
    ? dynamoDbStore(location.table, send, undefined, region)
    : s3Store(location.bucket, location.prefix, send, undefined, region);
}
