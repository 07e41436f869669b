import type { Call } from '../baseline/call.ts';
import { callOf } from './call-record.ts';
import type { Guard } from './guard/guard.ts';
import type { NamedRequest } from './identify/request.ts';
import type { Identity } from './identity.ts';
import { type Until, untilAll } from './patience.ts';
import { type Asked, readAsked } from './presigned.ts';
import type { LocalRequest, Refusal } from './proxy/inspector.ts';
import type { Publish } from './reporting.ts';
import type { Knocks } from './seal/knocks.ts';
import { NotPresigned, PROOF_FIELD, proves } from './seal/offline.ts';
import type { Sealer } from './seal/sealer.ts';
import { knocked, unsealable } from './sealing.ts';

/** What it signs may be used as soon as it is out: what is urgent about it goes first. */
type Answer = Refusal & { readonly until?: Until };

interface Presigning {
  readonly sealer: Sealer;
  readonly guard: Guard;
  identity(): Identity;
  nextId(): string;
  readonly publish: Publish;
  record(call: Call): void;
}

/**
 * `POST /presign`, the only thing that the sensor itself answers: the way to a signature that is meant for somebody else. Who asks must hold the placeholder's
 * secret; what it asks for is judged, refused and recorded as the call that the signature permits. Everything else that knocks is told of.
 */
export function presigning(knocks: Knocks): (parts: Presigning) => (request: LocalRequest) => Answer {
  return (parts) => (request) => {
    const turnAway = (status: number, message: string) => {
      const told = knocks.heard(message, Date.now());
      if (told !== null) parts.publish([knocked(parts.identity(), told)], null);
      return answer(status, { code: status === 401 ? 'InvalidSignature' : 'BadRequest', message });
    };
    if (request.method !== 'POST' || request.target !== '/presign') {
      return turnAway(404, 'the sensor was asked for something that it has not');
    }
    const field = (name: string) => request.headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? null;
    if (!/^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/.test(field('host') ?? '')) {
      return turnAway(400, 'the sensor was asked for a signature under another host name');
    }
    let asked: Asked;
    try {
      asked = readAsked(request.body);
    } catch (error) {
      return turnAway(400, error instanceof NotPresigned ? error.message : 'the body is not understood');
    }
    const placeholder = parts.sealer.placeholderOf(asked.accessKeyId);
    if (placeholder === null || !proves(field(PROOF_FIELD), request.body, placeholder)) {
      return turnAway(401, 'a signature was asked for by somebody who does not hold the placeholder’s secret');
    }
    const named = asked.meaning(parts.identity().account);
    return typeof named === 'string' ? turnAway(400, named) : presign(parts, asked, named);
  };
}

function presign(parts: Presigning, asked: Asked, named: NamedRequest): Answer {
  const time = new Date();
  const { sealer, guard } = parts;
  const real = { ...named, accessKeyId: sealer.realId(named.accessKeyId) };
  // Without sizes: what whoever uses it will send and get is not known, as of CloudTrail's events.
  const call = callOf(parts.identity(), parts.nextId(), time.toISOString(), real);
  const judged = guard.before(call);
  const until = parts.publish(judged.findings, call);
  const refuse = (reason: string, also: Until = null): Answer => {
    parts.record({ ...call, verdict: 'block' });
    const message = `Rolefence refused this signature: ${reason}`;
    return { ...answer(403, { code: 'AccessDenied', message, requestId: call.id }), until: untilAll(until, also) };
  };
  if (judged.verdict === 'block') return refuse(judged.findings[0]?.reason ?? 'it is outside the approved baseline');
  const signed = asked.sign(sealer, time.getTime());
  if (signed.kind === 'refused') {
    return refuse(signed.reason, parts.publish([unsealable(call, signed.reason)], call));
  }
  const { verdict, findings } = guard.after({ ...call, verdict: judged.verdict });
  const late = parts.publish(findings, call);
  parts.record({ ...call, verdict });
  return { ...answer(200, signed.answer), until: untilAll(until, late) };
}

function answer(status: number, content: object): Refusal {
  return { status, headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify(content)) };
}
