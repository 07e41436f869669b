import { isSignature } from '../identify/alike.ts';
import { own } from '../identify/own.ts';
import { SignedNames } from '../sigv4/fields.ts';

/** What the field Authorization says before its signature. */
export interface Claim {
  readonly text: string;
  readonly accessKeyId: string;
  /** `20260101`. */
  readonly day: string;
  /** Null for SigV4A. */
  readonly region: string | null;
  readonly service: string;
  /** `20260101/us-east-1/s3/aws4_request`. */
  readonly scope: string;
  readonly signed: SignedNames;
  readonly places: Places;
}

/** Where the fields that are looked at stand among the signed ones; -1 where they do not. */
interface Places {
  readonly date: number;
  readonly host: number;
  readonly authority: number;
  readonly payload: number;
  readonly token: number;
  /** Sessions of S3 Express have a field of their own; CreateSession, which opens one, is signed for the same service by the role's key. */
  readonly session: number;
  readonly invocation: number;
  readonly attempt: number;
}

/** Fields of SDKs: a call's number, the same for each try at it, and which try this one is. */
export const INVOCATION = 'amz-sdk-invocation-id';
export const ATTEMPT = 'amz-sdk-request';

const CLAIM =
  /^AWS4-(?:HMAC|(?<asymmetric>ECDSA-P256))-SHA256 Credential=(?<id>[^/,\s]+)\/(?<scope>(?<day>\d{8})\/(?:(?<region>[^/,\s]+)\/)?(?<service>[^/,\s]+)\/aws4_request), ?SignedHeaders=(?<names>[^,\s]+), ?Signature=$/;
const BEFORE_SIGNATURE = 'Signature=';
/** Of SigV4; those of SigV4A have several lengths. */
const SIGNATURE = 64;

/**
 * A function signs its calls of a day in a few ways, so what stands before the signature is read once for each. It depends on nothing but the text that it is kept
 * under. Whoever makes up more of them has each read.
 */
const known = new Map<string, Claim>();
/** Most come again at once, and comparing two texts is quicker than finding one among many. Never of SigV4A. */
let last: Claim | null = null;
const MOST = 64;
const LONGEST = 2_048;

/** Null where it is signed in a way that cannot be sealed. */
export function readClaim(field: string): { claim: Claim; signature: string } | null {
  // What is no signature then verifies as none.
  if (last !== null && field.length === last.text.length + SIGNATURE && field.startsWith(last.text)) {
    return { claim: last, signature: field.slice(last.text.length) };
  }
  const authorization = field.trim();
  const end = authorization.lastIndexOf(BEFORE_SIGNATURE) + BEFORE_SIGNATURE.length;
  if (!isSignature(authorization, end)) return null;
  const signature = authorization.slice(end);
  const text = authorization.slice(0, end);
  const before = known.get(text);
  if (before !== undefined) {
    if (before.region !== null) last = before;
    return { claim: before, signature };
  }
  const lasting = own(text);
  const claim = lasting === text ? read(lasting) : null;
  if (claim === null) return null;
  if (known.size >= MOST) known.clear();
  if (lasting.length <= LONGEST) known.set(lasting, claim);
  if (claim.region !== null) last = claim;
  return { claim, signature };
}

function read(text: string): Claim | null {
  const { asymmetric, id, scope, day, region, service, names } = CLAIM.exec(text)?.groups ?? {};
  // SigV4A has no region in its scope, SigV4 has one.
  if (names === undefined || (asymmetric === undefined) !== (region !== undefined)) return null;
  const signed = new SignedNames(names.split(';'));
  if (!signed.distinct) return null;
  const places = {
    date: signed.placeOf('x-amz-date'),
    host: signed.placeOf('host'),
    authority: signed.placeOf(':authority'),
    payload: signed.placeOf('x-amz-content-sha256'),
    token: signed.placeOf('x-amz-security-token'),
    session: service === 's3express' ? signed.placeOf('x-amz-s3session-token') : -1,
    invocation: signed.placeOf(INVOCATION),
    attempt: signed.placeOf(ATTEMPT),
  };
  return {
    text,
    accessKeyId: id!,
    day: day!,
    region: region ?? null,
    service: service!,
    scope: scope!,
    signed,
    places,
  };
}
