import type { Call } from '../call.ts';
import { Pattern } from './pattern.ts';

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
] as const satisfies readonly (keyof Call)[];
export const QUOTED = FIELDS.map((name) => new Pattern(`"${name}"`));
const NUMBERS: ReadonlySet<string> = new Set(['items', 'bytesOut', 'bytesIn', 'status', 'durationMs']);
export const IS_NUMBER = FIELDS.map((name) => NUMBERS.has(name));
/** Never twice, or hardly ever: not worth remembering. */
export const IS_UNIQUE = FIELDS.map((name) => name === 'id' || name === 'time' || name === 'invocation');
export const ID = 0;
export const TIME = 1;
export const CERTAINTY = FIELDS.indexOf('certainty');
export const VERDICT = FIELDS.indexOf('verdict');
export const ACCESS = FIELDS.indexOf('access');
export const ACTION = new Pattern('"action"');
export const RESOURCES = new Pattern('"resources"');
export const NULL = new Pattern('null');
