import type { Call } from '../baseline/call.ts';
import type { Finding } from '../baseline/finding.ts';
import { callOf } from './call-record.ts';
import type { Guard } from './guard/guard.ts';
import { isAwsEndpoint } from './identify/endpoint.ts';
import { identifyLoaded } from './identify/engine.ts';
import type { NamedRequest } from './identify/request.ts';
import type { Identity } from './identity.ts';
import type { LocalRequest, Refusal } from './proxy/inspector.ts';
import { Knocks } from './seal/knocks.ts';
import { nameToken } from './seal/login-token.ts';
import { isBodiless, NotPresigned, type OfflineSignature, PROOF_FIELD, proves, readOffline } from './seal/offline.ts';
import type { Sealer } from './seal/sealer.ts';
import { knocked, unsealable } from './sealing.ts';

interface Presigning {
  readonly sealer: Sealer;
  readonly guard: Guard;
  identity(): Identity;
  nextId(): string;
  publish(findings: readonly Finding[], call: Call | null): void;
  record(call: Call): void;
}

/**
 * `POST /presign`, the only thing that the sensor itself answers: the way to a signature that is meant for somebody else. Who asks must hold the placeholder's
 * secret; what it asks for is judged, refused and recorded as the call that the signature permits. Everything else that knocks is told of.
 */
export function presigning(parts: Presigning): (request: LocalRequest) => Refusal {
  const knocks = new Knocks();
  return (request) => {
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
    let offline: OfflineSignature;
    try {
      offline = readOffline(request.body);
    } catch (error) {
      return turnAway(400, error instanceof NotPresigned ? error.message : 'the body is not understood');
    }
    const placeholder = parts.sealer.placeholderOf(offline.accessKeyId);
    if (placeholder === null || !proves(field(PROOF_FIELD), request.body, placeholder)) {
      return turnAway(401, 'a signature was asked for by somebody who does not hold the placeholder’s secret');
    }
    const meant = meaningOf(offline, parts.identity().account);
    return typeof meant === 'string' ? turnAway(400, meant) : presign(parts, offline, meant);
  };
}

function presign(parts: Presigning, offline: OfflineSignature, { named, toAws }: Meaning): Refusal {
  const time = new Date();
  const { sealer, guard } = parts;
  const real = { ...named, accessKeyId: sealer.realId(named.accessKeyId) };
  // Without sizes: what whoever uses it will send and get is not known, as of CloudTrail's events.
  const call = callOf(parts.identity(), parts.nextId(), time.toISOString(), real);
  const judged = guard.before(call);
  parts.publish(judged.findings, call);
  const refuse = (reason: string): Refusal => {
    parts.record({ ...call, verdict: 'block' });
    return answer(403, {
      code: 'AccessDenied',
      message: `Rolefence refused this signature: ${reason}`,
      requestId: call.id,
    });
  };
  if (judged.verdict === 'block') return refuse(judged.findings[0]?.reason ?? 'it is outside the approved baseline');
  const signed = sealer.presign(offline.head, toAws, time.getTime());
  if (signed.kind === 'refused') {
    parts.publish([unsealable(call, signed.reason)], call);
    return refuse(signed.reason);
  }
  const { verdict, findings } = guard.after({ ...call, verdict: judged.verdict });
  parts.publish(findings, call);
  parts.record({ ...call, verdict });
  return answer(200, { url: `${offline.origin}${signed.target}` });
}

interface Meaning {
  readonly named: NamedRequest;
  /** S3 takes a host that is none of its own for a bucket's name, so only AWS's names are signed for; who checks a login token asks AWS, whatever his name. */
  readonly toAws: boolean;
}

/** What the signature permits, or one sentence where that cannot be told or must not be. */
function meaningOf(offline: OfflineSignature, account: string | null): Meaning | string {
  const token = nameToken(offline, account);
  if (token !== null) return { named: token, toAws: true };
  const found = identifyLoaded(offline.head, { account });
  if (found.kind === 'body' && !isBodiless(offline)) {
    return 'what this signature permits is in a body, which whoever uses it can choose';
  }
  const named = found.kind === 'named' ? found.named : found.name(new Uint8Array(), false);
  if (named.issuesCredentials) return 'whoever used this signature would be answered with credentials';
  return { named, toAws: isAwsEndpoint(offline.head.sni ?? '') };
}

function answer(status: number, content: object): Refusal {
  return { status, headers: [['Content-Type', 'application/json']], body: Buffer.from(JSON.stringify(content)) };
}
