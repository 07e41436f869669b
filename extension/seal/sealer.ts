import type { RequestHead } from '../identify/request.ts';
import { sha256 } from '../sigv4/canonical.ts';
import type { Credentials } from '../sigv4/signer.ts';
import type { OfflineForm } from './form.ts';
import { Honoured, type Use } from './honoured.ts';
import { sealIssued } from './issued.ts';
import { reseal } from './reseal.ts';
import { type ResealedForm, resealForm } from './reseal-form.ts';
import { resealQuery, signatureIn } from './reseal-query.ts';
import type { SignedRequest } from './signed-request.ts';
import { type StreamResealer, streamResealer } from './stream.ts';
import { Vault } from './vault.ts';

/** Credentials that the function never sees: it signs with placeholders, and what it may send is signed anew here. */
export interface Sealer {
  /** What the function gets in place of the role's credentials. */
  readonly placeholder: Credentials;
  /** The key id that a record names: the real one for a placeholder's, all others as they are. */
  realId(accessKeyId: string | null): string | null;
  /** True where no field names the hash of the body: it must be read before it can be signed. */
  needsBody(head: RequestHead): boolean;
  /** `body`: the whole of it where `needsBody` said so or where it was read to name the call, else null. `now`: epoch, milliseconds. */
  seal(head: RequestHead, body: Uint8Array | null, about: SealedCall, now: number): Sealing;
  /** The end of a sealed call: where it was honoured its signature is used up, and where AWS says that the time is wrong, its answer tells the right one. */
  heard(use: Use | null, answer: HeardAnswer, now: number): void;
  /** The environment's own credentials have been renewed. */
  renew(own: Credentials): void;
  /** Null, or what a new connection should wait for: credentials that run out are being renewed. */
  readonly due: (now: number) => Promise<void> | null;
  /** The placeholders by their key id, the environment's own and those of assumed roles; null for ids of nobody here. */
  placeholderOf(accessKeyId: string): Credentials | null;
  /** A signature for use elsewhere: the target with the real one in its query. `toAws`: it is for AWS itself, or for who asks AWS. */
  presign(head: RequestHead, toAws: boolean, now: number): Presigning;
  /** The same of a form: the fields that change. */
  presignForm(form: OfflineForm, now: number): ResealedForm;
}

export type Presigning =
  | { readonly kind: 'signed'; readonly target: string }
  /** One sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface HeardAnswer {
  /** Null where none came. */
  readonly status: number | null;
  readonly headers: RequestHead['headers'];
  readonly errorCode: string | null;
  /** Null where it ended as it should. */
  readonly aborted: 'client' | 'upstream' | null;
}

export interface SealedCall {
  /** True for an AWS endpoint inside TLS: nobody else may see the real key's signature and session token. */
  readonly toAws: boolean;
  readonly issuesCredentials: boolean;
}

export type Sealing =
  /** Not signed, or by somebody else's key. */
  | { readonly kind: 'as-it-is' }
  | {
      readonly kind: 'sealed';
      readonly target: string;
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: StreamResealer | null;
      /** To be handed to `heard`. */
      readonly use: Use | null;
      readonly answer: ((content: Buffer, coding: string | null) => Buffer | null) | null;
    }
  /** One sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** `due`: of what keeps the credentials fresh, where they run out. */
export function createSealer(own: Credentials, due: Sealer['due'] = () => null): Sealer {
  const vault = new Vault();
  const honoured = new Honoured();
  let skew = 0;
  const placeholder = vault.seal(own, null);

  return {
    placeholder,
    due,
    heard(use, { status, headers, errorCode, aborted }, now) {
      // What has failed, or was cut off, is tried again by the same signature: SDKs do so within one second, that for JavaScript v2 for ten minutes.
      if (use !== null && status !== null && status < 300 && aborted === null) honoured.add(use, now, skew);
      if (errorCode === null || !SKEWED.has(errorCode)) return;
      const date = Date.parse(headers.find(([name]) => name.toLowerCase() === 'date')?.[1] ?? '');
      if (!Number.isNaN(date)) skew = date - now;
    },
    renew: (real) => vault.renew(placeholder.accessKeyId, real),
    placeholderOf: (id) => vault.open(id)?.placeholder ?? null,
    presign(head, toAws, now) {
      vault.expire(now);
      const found = resealQuery(signable(head, null, now, skew), vault);
      if (found.kind === 'refused') return found;
      if (found.kind === 'unsealed' || !toAws) {
        return { kind: 'refused', reason: 'this signature is not sealed: it is not for an AWS endpoint' };
      }
      vault.mint(signatureIn(found.target));
      return { kind: 'signed', target: found.target };
    },
    presignForm(form, now) {
      vault.expire(now);
      return resealForm(form, vault, now, skew);
    },
    realId: (id) => (id === null ? null : (vault.open(id)?.real.accessKeyId ?? id)),
    needsBody(head) {
      if (field(head, 'x-amz-content-sha256') !== null || !hasBody(head)) return false;
      const id = /Credential=([^/,\s]+)\//.exec(field(head, 'authorization') ?? '')?.[1];
      return id !== undefined && vault.open(id) !== null;
    },
    seal(head, body, { toAws, issuesCredentials }, now) {
      vault.expire(now);
      const request = signable(head, body, now, skew);
      const found = reseal(request, vault);
      const answer = issuesCredentials
        ? (content: Buffer, coding: string | null) => sealIssued(content, coding, vault, now)
        : null;
      if (found.kind === 'refused') return found;
      if (found.kind === 'sealed' && !toAws) {
        return { kind: 'refused', reason: 'this call is not sealed: it does not go to an AWS endpoint inside TLS' };
      }
      if (found.kind === 'sealed' && body !== null && isOther(request.bodyHash, head)) {
        return { kind: 'refused', reason: 'this call is not sealed: its body is not the one that was signed' };
      }
      if (found.kind === 'sealed' && found.use !== null && honoured.had(found.use, now, skew)) {
        return { kind: 'refused', reason: 'this request was sent before: AWS has honoured its signature' };
      }
      if (answer !== null && head.authority !== null) {
        return {
          kind: 'refused',
          reason: 'this call is not sealed: its answer carries credentials and comes in HTTP/2',
        };
      }
      // AssumeRoleWithWebIdentity is signed by nobody, and its answer is to be sealed all the same.
      if (found.kind === 'unsealed') {
        if (answer === null) return { kind: 'as-it-is' };
        return { kind: 'sealed', target: originForm(head), headers: head.headers, body: null, use: null, answer };
      }
      const stream = streamResealer(found.chain);
      if (stream !== null && field(head, 'transfer-encoding') !== null) {
        return { kind: 'refused', reason: 'this call is not sealed: its signed chunks have no Content-Length' };
      }
      const headers = head.authority === null ? found.headers : found.headers.filter(([name]) => name !== ':authority');
      return { kind: 'sealed', target: found.target, headers, body: stream, use: found.use, answer };
    },
  };
}

/** Errors by which SDKs correct their clock from the answer's Date. */
const SKEWED = new Set([
  'AuthFailure',
  'InvalidSignatureException',
  'RequestExpired',
  'RequestInTheFuture',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
]);

/** AWS would refuse it too, but nobody would tell of it. What is streamed is left to AWS. */
function isOther(hash: string | null, head: RequestHead): boolean {
  const claimed = field(head, 'x-amz-content-sha256');
  return claimed !== null && claimed !== hash && /^[0-9a-f]{64}$/.test(claimed);
}

const EMPTY = sha256('');

function signable(head: RequestHead, body: Uint8Array | null, now: number, skew: number): SignedRequest {
  const hash = body !== null ? sha256(body) : hasBody(head) ? null : EMPTY;
  const headers = head.authority === null ? head.headers : [[':authority', head.authority] as const, ...head.headers];
  return { method: head.method, target: originForm(head), headers, bodyHash: hash, now, skew };
}

/** Plain HTTP through a proxy names its host in the target; what is signed is the path. */
function originForm({ target, scheme }: RequestHead): string {
  if (scheme === 'https' || target.startsWith('/')) return target;
  const path = target.replace(/^http:\/\/[^/?]*/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}

function hasBody(head: RequestHead): boolean {
  const length = field(head, 'content-length');
  if (length !== null) return length.trim() !== '0';
  if (field(head, 'transfer-encoding') !== null) return true;
  // HTTP/2 needs neither.
  return head.authority !== null && !['GET', 'HEAD', 'DELETE'].includes(head.method);
}

function field(head: RequestHead, name: string): string | null {
  for (const [key, value] of head.headers) if (key.length === name.length && key.toLowerCase() === name) return value;
  return null;
}
