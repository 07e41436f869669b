import type { Access, Call } from './call.ts';
import { actionsOf, serviceOf } from './cloudtrail-actions.ts';
import { type Asked, object, resourcesOf, text } from './cloudtrail-names.ts';

/**
 * A Call record out of one CloudTrail event (an element of `Records`), or null where the event is not a call by a role session: service events, insights,
 * users, services on somebody's behalf. The function is the one that the session's credentials were issued to where the event says so
 * (`inScopeOf`), else the session's name, which for Lambda is the function's name. CloudTrail knows neither invocation nor environment, so both are
 * null; a session's key counts as its own. Bytes stand in S3 data events only.
 */
export function callsFromCloudTrail(event: unknown): Call | null {
  const record = object(event);
  const identity = object(record?.userIdentity);
  if (record === null || identity === null || identity.type !== 'AssumedRole') return null;
  // What a service did for the function (KMS for a table, a queue for its mapping) is no call that the function made
  if (typeof identity.invokedBy === 'string') return null;
  if (record.eventType !== undefined && record.eventType !== 'AwsApiCall') return null;
  const source = text(record.eventSource);
  const name = text(record.eventName);
  const time = timeOf(record.eventTime);
  const functionName = functionOf(identity);
  if (source === null || name === null || time === null || functionName === null) return null;

  const service = serviceOf(source);
  const operation = name.replace(VERSION, '');
  const parameters = object(record.requestParameters) ?? {};
  const account = text(identity.accountId) ?? text(record.recipientAccountId);
  const region = text(record.awsRegion);
  const bytes = object(record.additionalEventData);
  const accessKeyId = text(identity.accessKeyId);
  return {
    id: text(record.eventID),
    time,
    function: functionName,
    version: null,
    environment: null,
    invocation: null,
    service,
    operation,
    certainty: 'exact',
    verdict: null,
    access: accessOf(service, operation, { record, parameters, account, region }),
    region,
    account,
    accessKeyId,
    ownAccessKeyId: accessKeyId,
    issuedAccessKeyId: text(object(object(record.responseElements)?.credentials)?.accessKeyId),
    prefix: text(first(parameters.prefix)),
    host: text(object(record.tlsDetails)?.clientProvidedHostHeader) ?? text(first(parameters.Host)),
    items: null,
    bytesOut: number(bytes?.bytesTransferredIn),
    bytesIn: number(bytes?.bytesTransferredOut),
    // What is recorded without an error was answered, also where no byte of a body came back
    status: text(record.errorCode) === null ? 200 : null,
    errorCode: text(record.errorCode),
    durationMs: null,
  };
}

/** `ListFunctions20150331`, `AddPermission20150331v2`, `UpdateDistribution2020_05_31`: the API's version is no part of the operation's name. */
const VERSION = /(?:\d{8}|\d{4}_\d{2}_\d{2})(?:v\d+)?$/;

/**
 * Events of one reading, each once: several trails record the same events, and a call into another account is recorded in both, with one `sharedEventID`. Only
 * the latest are remembered, for copies lie near each other in time.
 */
export class CloudTrailEvents {
  #seen = new Set<string>();
  /** Those before. Two sets in turn: to delete the oldest of one set walks over all that were deleted before it. */
  #older: ReadonlySet<string> = new Set();

  /** As `callsFromCloudTrail`; null for a copy, too. */
  call(event: unknown): Call | null {
    const record = object(event);
    const id = text(record?.sharedEventID) ?? text(record?.eventID);
    if (id !== null) {
      if (this.#seen.has(id) || this.#older.has(id)) return null;
      this.#seen.add(id);
      if (this.#seen.size >= REMEMBERED) {
        this.#older = this.#seen;
        this.#seen = new Set();
      }
    }
    return callsFromCloudTrail(event);
  }
}

/** At least; at most twice as many. */
const REMEMBERED = 100_000;

function accessOf(service: string, operation: string, asked: Asked): Access[] {
  return actionsOf(service, operation, asked.parameters).map((action) => ({
    action: `${service}:${action}`,
    resources: resourcesOf(service, operation, action, asked),
  }));
}

/** The session of a function's role: `arn:aws:sts::111122223333:assumed-role/ROLE/FUNCTION`. */
function functionOf(identity: Record<string, unknown>): string | null {
  const issuedTo = text(object(identity.inScopeOf)?.credentialsIssuedTo);
  if (issuedTo !== null) return issuedTo.includes(':function:') ? issuedTo.split(':').slice(0, 7).join(':') : null;
  const session = text(identity.arn)?.split('/').at(-1) ?? text(identity.principalId)?.split(':').at(-1) ?? null;
  // A function's name; instances and people have sessions too
  return session !== null && /^[A-Za-z0-9_-]{1,64}$/.test(session) && !/^i-[0-9a-f]{8,17}$/.test(session)
    ? session
    : null;
}

/** As CloudTrail writes a time; a pattern for Trino, too. */
export const EVENT_TIME = '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z$';
const TIME = new RegExp(EVENT_TIME);

/** Null for a day that there is not, too: Date.parse takes the 30th of February for a day of March. */
function timeOf(value: unknown): string | null {
  if (typeof value !== 'string' || !TIME.test(value)) return null;
  const parsed = Date.parse(value);
  const time = Number.isNaN(parsed) ? null : new Date(parsed).toISOString();
  return time?.slice(0, 19) === value.slice(0, 19) ? time : null;
}

/** Older logs wrap what stood in the query in lists. */
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** Bytes of one call, with room above the largest object of S3's: 64 TiB. More is no size; whoever counts in 64 bits can add many of them up. */
export const LARGEST_SIZE = 2 ** 46;

const number = (value: unknown): number | null =>
  typeof value === 'number' && value >= 0 && value <= LARGEST_SIZE ? value : null;
