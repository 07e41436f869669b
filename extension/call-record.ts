import type { Call, Verdict } from '../baseline/call.ts';
import type { AnswerSummary, NamedRequest } from './identify/request.ts';
import type { Identity } from './identity.ts';
import type { EgressTarget, Outcome } from './proxy/inspector.ts';

/** The Call record of a named request that has not left yet: what it became follows with `endedCall`. */
export function callOf(identity: Identity, id: string, time: string, named: NamedRequest): Call {
  return {
    id: `${identity.environment}-${id}`,
    time,
    function: identity.function,
    version: identity.version,
    environment: identity.environment,
    invocation: identity.invocation,
    service: named.service,
    operation: named.operation,
    certainty: named.certainty,
    verdict: null,
    access: named.access,
    region: named.region,
    account: named.account,
    accessKeyId: named.accessKeyId,
    ownAccessKeyId: identity.ownAccessKeyId,
    issuedAccessKeyId: null,
    prefix: named.prefix,
    host: named.host,
    items: named.items,
    bytesOut: null,
    bytesIn: null,
    status: null,
    errorCode: null,
    durationMs: null,
  };
}

/** The record of a forwarded call whose answer has ended. Field by field, since it is made for every call: a copy with changes costs several times as much. */
export function endedCall(call: Call, verdict: Verdict, outcome: Outcome, answer: AnswerSummary): Call {
  return {
    id: call.id,
    time: call.time,
    function: call.function,
    version: call.version,
    environment: call.environment,
    invocation: call.invocation,
    service: call.service,
    operation: call.operation,
    certainty: call.certainty,
    verdict,
    access: call.access,
    region: call.region,
    account: call.account,
    accessKeyId: call.accessKeyId,
    ownAccessKeyId: call.ownAccessKeyId,
    issuedAccessKeyId: answer.issuedAccessKeyId,
    prefix: call.prefix,
    host: call.host,
    items: call.items,
    bytesOut: outcome.bytesOut,
    bytesIn: outcome.bytesIn,
    status: outcome.status,
    errorCode: answer.errorCode,
    durationMs: Math.round(outcome.durationMs * 1_000) / 1_000,
  };
}

/** A connection to a host that is no AWS endpoint, in the form of a Call record (DESIGN: egress). */
export function egressOf(identity: Identity, id: string, time: string, target: EgressTarget): Call {
  const nothing: NamedRequest = {
    service: '',
    operation: 'CONNECT',
    certainty: 'exact',
    access: [],
    region: null,
    account: null,
    accessKeyId: null,
    prefix: null,
    host: `${target.host}:${target.port}`,
    items: null,
    protocol: 'restJson1',
    reason: null,
    issuesCredentials: false,
  };
  return { ...callOf(identity, id, time, nothing), service: null };
}
