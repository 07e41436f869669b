import type { Call } from '../call.ts';
import { bytesOf } from './bytes.ts';

/** The fields of a Call record; by their place here they are known where lines are read. */
export const FIELDS = [
  'id',
  'time',
  'function',
  'version',
  'environment',
  'invocation',
  'service',
  'operation',
  'certainty',
  'verdict',
  'access',
  'region',
  'account',
  'accessKeyId',
  'ownAccessKeyId',
  'issuedAccessKeyId',
  'prefix',
  'host',
  'items',
  'bytesOut',
  'bytesIn',
  'status',
  'errorCode',
  'durationMs',
  // No field: what is known of the strings in lists of resources
  ' resource',
] as const satisfies readonly (keyof Call | ' resource')[];
export const QUOTED = FIELDS.slice(0, -1).map((name) => bytesOf(`"${name}"`));
const NUMBERS: ReadonlySet<string> = new Set(['items', 'bytesOut', 'bytesIn', 'status', 'durationMs']);
export const IS_NUMBER = FIELDS.map((name) => NUMBERS.has(name));
/** Never twice, or hardly ever: not worth remembering. */
export const IS_UNIQUE = FIELDS.map((name) => name === 'id' || name === 'time' || name === 'invocation');
export const ID = 0;
export const TIME = 1;
export const CERTAINTY = FIELDS.indexOf('certainty');
export const VERDICT = FIELDS.indexOf('verdict');
export const ACCESS = FIELDS.indexOf('access');
export const RESOURCE = FIELDS.indexOf(' resource');
export const ACTION = bytesOf('"action"');
export const RESOURCES = bytesOf('"resources"');
export const NULL = bytesOf('null');
