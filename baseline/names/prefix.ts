import type { Call } from '../call.ts';
import { escapeBraces } from './braces.ts';
import { withPrefix } from './resource-path.ts';

/** The prefix narrows a listing of a bucket, or items by their leading key, not what else the call needs. */
export const prefixFor = (action: string, call: Pick<Call, 'prefix'>): string | null =>
  call.prefix !== null && (action.startsWith('s3:List') || LEADING_KEYS.has(action)) ? escapeBraces(call.prefix) : null;

/** A resource as the call asks for it: no name of its own is taken for a typed place, and it is narrowed by the prefix. */
export const askedFor = (arn: string, action: string, call: Pick<Call, 'prefix'>): string =>
  withPrefix(escapeBraces(arn), prefixFor(action, call));

/** Actions on items by key: their prefix is what is known of the partition key, and IAM has dynamodb:LeadingKeys for them. */
export const LEADING_KEYS: ReadonlySet<string> = new Set([
  'dynamodb:GetItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
]);
