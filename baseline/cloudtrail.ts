import type { Access, Call } from './call.ts';
import { type Asked, actionsOf, object, resourcesOf, serviceOf, text } from './cloudtrail-names.ts';

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
  if (record.eventType !== undefined && record.eventType !== 'AwsApiCall') return null;
  const source = text(record.eventSource);
  const name = text(record.eventName);
  const time = timeOf(record.eventTime);
  const functionName = functionOf(identity);
  if (source === null || name === null || time === null || functionName === null) return null;

  const service = serviceOf(source);
  const operation = name.replace(/\d{8}(?:v\d+)?$/, '');
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
    prefix: text(parameters.prefix),
    host: text(object(record.tlsDetails)?.clientProvidedHostHeader) ?? text(parameters.Host),
    items: null,
    bytesOut: number(bytes?.bytesTransferredIn),
    bytesIn: number(bytes?.bytesTransferredOut),
    status: null,
    errorCode: text(record.errorCode),
    durationMs: null,
  };
}

function accessOf(service: string, operation: string, asked: Asked): Access[] {
  return actionsOf(service, operation, asked.parameters).map((action) => ({
    action: `${service}:${action}`,
    resources: resourcesOf(service, operation, action, asked),
  }));
}

/** The session of a function's role: `arn:aws:sts::111122223333:assumed-role/ROLE/FUNCTION`. */
function functionOf(identity: Record<string, unknown>): string | null {
  const issuedTo = text(object(identity.inScopeOf)?.credentialsIssuedTo);
  if (issuedTo?.includes(':function:')) return issuedTo.split(':').slice(0, 7).join(':');
  const session = text(identity.arn)?.split('/').at(-1) ?? text(identity.principalId)?.split(':').at(-1) ?? null;
  // A function's name; instances and people have sessions too
  return session !== null && /^[A-Za-z0-9_-]{1,64}$/.test(session) && !/^i-[0-9a-f]{8,17}$/.test(session)
    ? session
    : null;
}

function timeOf(value: unknown): string | null {
  const parsed = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(parsed) ? null : new Date(parsed).toISOString();
}

const number = (value: unknown): number | null => (typeof value === 'number' && value >= 0 ? value : null);
