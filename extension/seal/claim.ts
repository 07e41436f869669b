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
}

const CLAIM =
  /^AWS4-(?:HMAC|(?<asymmetric>ECDSA-P256))-SHA256 Credential=(?<id>[^/,\s]+)\/(?<scope>(?<day>\d{8})\/(?:(?<region>[^/,\s]+)\/)?(?<service>[^/,\s]+)\/aws4_request), ?SignedHeaders=(?<names>[^,\s]+), ?Signature=$/;
const BEFORE_SIGNATURE = 'Signature=';

/**
 * A function signs its calls of a day in a few ways, so what stands before the signature is read once for each. It depends on nothing but the text that it is kept
 * under. Whoever makes up more of them has each read.
 */
const known = new Map<string, Claim>();
/** Most come again at once, and comparing two texts is quicker than finding one among many. */
let last: Claim | null = null;
const MOST = 64;
const LONGEST = 2_048;

/** Null where it is signed in a way that cannot be sealed. `authorization` has no space around it. */
export function readClaim(authorization: string): { claim: Claim; signature: string } | null {
  const end = authorization.lastIndexOf(BEFORE_SIGNATURE) + BEFORE_SIGNATURE.length;
  if (!isSignature(authorization, end)) return null;
  const signature = authorization.slice(end);
  const text = authorization.slice(0, end);
  if (text === last?.text) return { claim: last, signature };
  const before = known.get(text);
  if (before !== undefined) {
    last = before;
    return { claim: before, signature };
  }
  const lasting = own(text);
  const claim = lasting === text ? read(lasting) : null;
  if (claim === null) return null;
  if (known.size >= MOST) known.clear();
  if (lasting.length <= LONGEST) known.set(lasting, claim);
  return { claim, signature };
}

function read(text: string): Claim | null {
  const { asymmetric, id, scope, day, region, service, names } = CLAIM.exec(text)?.groups ?? {};
  // SigV4A has no region in its scope, SigV4 has one.
  if (names === undefined || (asymmetric === undefined) !== (region !== undefined)) return null;
  const signed = new SignedNames(names.split(';'));
  if (!signed.distinct) return null;
  return { text, accessKeyId: id!, day: day!, region: region ?? null, service: service!, scope: scope!, signed };
}
