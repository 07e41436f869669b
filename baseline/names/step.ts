import { type Call, isEgress } from '../call.ts';
import { Joined } from './joined.ts';
import { resourcePath } from './resource-path.ts';

/**
 * What order and company are told in: which operation on which thing, without the names that vary ("dynamodb:GetItem arn:…:table/Orders",
 * "CONNECT api.example.com:443"). Null where the call could not be named.
 */
export function stepOf(call: Call): string | null {
  if (isEgress(call)) return steps.of('CONNECT', call.host ?? '');
  if (call.certainty !== 'exact' || call.operation === null) return null;
  const resource = call.access[0]?.resources[0];
  const name = operations.of(call.service ?? 'null', call.operation);
  return resource === undefined || resource === '*' ? name : steps.of(name, resourcePath(resource).head);
}

const operations = new Joined(':');
const steps = new Joined(' ');

/** Of a step, or of one that failed. */
export function operationOf(step: string): string {
  const space = step.indexOf(' ');
  return space < 0 ? step.replace('!', '') : step.slice(0, space);
}

export const START = 'start';
/** In the place of the step before: what comes next came once more, after others had come between. */
export const AGAIN = 'again';
/** Stands in the place of a step and is none. */
export const isMark = (from: string): boolean => from === START || from === AGAIN;
/** A step of that name, or of that name answered with an error, would be taken for what stands in the place of one. */
export const isStep = (name: string): boolean => !/^(?:start|again)!*$/.test(name);

/** Answered with an error: what comes next is often another path. */
export const failed = (call: Call): boolean => call.errorCode !== null || (call.status ?? 0) >= 400;

/** The service was too busy, or broken: what SDKs try again by themselves, in every outage. */
export const isOverload = (call: Call): boolean =>
  (call.status ?? 0) >= 500 || (call.errorCode !== null && OVERLOAD.test(call.errorCode));

/** Without regard to case. */
export const OVERLOAD =
  /Throttl|TooManyRequests|SlowDown|LimitExceeded|ProvisionedThroughput|Unavailable|InternalError|InternalServer|InternalFailure|Timeout|TimedOut|ServiceException|Busy|BandwidthLimit/i;
