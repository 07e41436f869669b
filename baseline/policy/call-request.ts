import type { Call } from '../call.ts';
import { LEADING_KEYS } from '../names/prefix.ts';
import { iamAction } from './actions.ts';
import type { Context } from './condition.ts';
import type { AccessRequest } from './evaluate.ts';
import { literal } from './glob.ts';

/** What IAM is asked for one recorded call: every action on every resource, with what the record knows of the circumstances. */
export function requestsOf(call: Call): AccessRequest[] {
  return call.access.flatMap(({ action, resources }) => {
    const named = iamAction(action)?.resources === false ? ['*'] : resources;
    return named.map((resource) => ({
      action,
      resource: subject(resource, call.account),
      context: contextOf(call, action, resource),
    }));
  });
}

/** `*` in a record means "not known", every other character itself. The account is the caller's where the request did not say. */
function subject(resource: string, account: string | null): string {
  // A record never means a policy variable
  const plain = literal(resource).replaceAll(literal('*'), '*');
  const parts = plain.split(':');
  if (account === null || parts.length < 6 || parts[4] !== '*') return plain;
  parts[4] = account;
  return parts.join(':');
}

function contextOf(call: Call, action: string, resource: string): Context {
  const context = new Map<string, readonly string[]>([
    ['aws:viaawsservice', ['false']],
    ['aws:principalisawsservice', ['false']],
  ]);
  if (call.region !== null) context.set('aws:requestedregion', [call.region]);
  if (call.account !== null) context.set('aws:principalaccount', [call.account]);
  if (call.time !== null) {
    context.set('aws:currenttime', [call.time]);
    context.set('aws:epochtime', [String(Math.floor(Date.parse(call.time) / 1_000))]);
  }
  const owner = resource.split(':')[4];
  if (owner !== undefined && /^\d{12}$/.test(owner)) context.set('aws:resourceaccount', [owner]);
  if (/^s3:List/i.test(action)) context.set('s3:prefix', call.prefix === null ? [] : [call.prefix]);
  if (LEADING_KEYS.has(action) && call.prefix !== null)
    // Of a kind of thing the rest of the key is not known
    context.set('dynamodb:leadingkeys', [call.prefix.endsWith('#') ? `${call.prefix}*` : call.prefix]);
  return context;
}
