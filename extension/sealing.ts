import type { Call } from '../baseline/call.ts';
import type { Finding } from '../baseline/finding.ts';
import { findingOf } from './guard/decide.ts';
import { mayIssueCredentials } from './identify/credentials.ts';
import { isAwsEndpoint } from './identify/endpoint.ts';
import { own } from './identify/own.ts';
import type { Identification, NamedRequest, RequestHead } from './identify/request.ts';
import type { Identity } from './identity.ts';
import type { Decision, Settled } from './proxy/inspector.ts';
import type { Sealer, Sealing } from './seal/sealer.ts';
import { environmentFinding } from './sensor-finding.ts';

/** Read whole to be signed: above the largest body that services without x-amz-content-sha256 take (Kinesis, 10 MiB). */
const SEAL_CAP = 16 * 1024 * 1024;

type DecideOn = (named: NamedRequest, time: Date, seal: () => Sealing) => Decision;
type Decide = (body: Uint8Array, truncated: boolean) => Decision;

/**
 * How a request is looked at where credentials are sealed: named as always, but under the real key's id, and with its body read where the body must be hashed to
 * be signed.
 */
export function sealingInspection(
  sealer: Sealer,
  head: RequestHead,
  found: Identification,
  time: Date,
  decideOn: DecideOn,
  guarded: (decide: Decide) => Decide,
): Settled {
  const whole = sealer.needsBody(head);
  const decide = (named: NamedRequest, body: Uint8Array | null): Decision =>
    decideOn({ ...named, accessKeyId: sealer.realId(named.accessKeyId) }, time, () =>
      sealer.seal(
        head,
        body,
        { toAws: toAws(head, named), issuesCredentials: mayCarryCredentials(head, named) },
        time.getTime(),
      ),
    );
  if (found.kind === 'named' && !whole) return { kind: 'decided', decision: decide(found.named, null) };
  return {
    kind: 'body',
    cap: whole ? SEAL_CAP : found.kind === 'body' ? found.cap : 0,
    decide: guarded((body, truncated) => {
      // A body that was cut off has another hash than the whole: the signature will not match, which refuses it.
      if (found.kind === 'named') return decide(found.named, body);
      const beyond = truncated || body.length > found.cap;
      return decide(found.name(body.subarray(0, found.cap), beyond), whole || !truncated ? body : null);
    }),
  };
}

/** What cannot be told with certainty may be AssumeRole in disguise: where alert mode lets it through, its answer is looked at too. */
const mayCarryCredentials = (head: RequestHead, { certainty, issuesCredentials, service }: NamedRequest): boolean =>
  issuesCredentials || (certainty !== 'exact' && mayIssueCredentials(service, head.target));

/** By the host that the request was named for, which is the one that it goes to. */
function toAws(head: RequestHead, { host }: NamedRequest): boolean {
  if (head.scheme !== 'https') return false;
  let isAws = hosts.get(host);
  if (isAws === undefined) {
    isAws = isAwsEndpoint(host.replace(/:\d+$/, ''));
    if (hosts.size >= MOST_HOSTS) hosts.clear();
    if (host.length <= LONGEST_HOST) hosts.set(own(host), isAws);
  }
  return isAws;
}

/** A function calls a few; reading a name again for each call costs as much as a hash. */
const hosts = new Map<string, boolean>();
const MOST_HOSTS = 64;
const LONGEST_HOST = 255;

/** A fault of ours while a call was judged, in a mode that refuses what it cannot judge. */
export function unjudgeable(call: Call): Finding {
  return findingOf(
    call,
    {
      detector: 'certainty',
      kind: 'scope',
      key: 'certainty: a call that could not be judged',
      severity: 'high',
      score: 0.9,
      action: null,
      resource: null,
      reason: 'a call could not be judged for a fault of the sensor, and was refused: it may have been made for that',
      techniques: ['T1027'],
      about: 'call',
    },
    true,
  );
}

/** A call that does not bear this environment's signature is somebody's who is not the function's SDK. */
export function unsealable(call: Call, reason: string): Finding {
  return findingOf(
    call,
    {
      detector: 'seal',
      kind: 'scope',
      key: `seal: ${call.access[0]?.action ?? call.host ?? 'a call'}`,
      severity: 'critical',
      score: 1,
      action: call.access[0]?.action ?? null,
      resource: call.access[0]?.resources[0] ?? null,
      reason,
      techniques: ['T1550'],
      about: 'call',
    },
    true,
  );
}

/** Somebody in this environment, or through it (SSRF), talks to the sensor as no SDK and no program of the function would. */
export function knocked(identity: Identity, reason: string): Finding {
  return environmentFinding(identity, {
    detector: 'seal',
    key: 'seal: a request to the sensor itself',
    severity: 'high',
    score: 0.9,
    blocked: true,
    resource: null,
    reason,
    techniques: ['T1550'],
  });
}
