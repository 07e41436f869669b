import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/**
 * The signature that a baseline document carries: over the canonical form of everything else in the document (`canonicalBytes`). It is a member
 * of the document, so that the two cannot be parted; whoever does not know it ignores it, and whoever changes the document loses it.
 */
export interface Signature {
  /** Ed25519 signs the canonical form itself; ECDSA_SHA_256 (a P-256 key in AWS KMS) the `statement` of it, for KMS signs no more than 4,096 bytes. */
  readonly algorithm: Algorithm;
  /** Which key: SHA-256 of its SubjectPublicKeyInfo (DER), as `openssl pkey -pubin -outform DER | sha256sum` prints it. */
  readonly key: string;
  /** Base64; of ECDSA in DER, as KMS gives it. */
  readonly value: string;
}

export type Algorithm = 'Ed25519' | 'ECDSA_SHA_256';

/** A key that cannot be used. The message is one sentence that quotes nothing of it. */
export class KeyError extends Error {
  readonly code = 'baseline-key';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeyError';
  }
}

export type Check =
  | { readonly kind: 'good' }
  | {
      readonly kind: 'unsigned' | 'other-key' | 'broken' /** One sentence without the file's name. */;
      readonly reason: string;
    };

/** `source` is what a person would look for. */
export function privateKey(pem: string, source: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    const encrypted = pem.includes('ENCRYPTED');
    throw new KeyError(
      `${source} ${encrypted ? 'is encrypted, which is not supported: a private' : 'holds no private key: a'} key in PEM form without a passphrase was expected`,
      { cause },
    );
  }
  if (algorithmOf(key) === 'Ed25519') return key;
  throw new KeyError(`${source} is a key of type ${typeOf(key)}, expected Ed25519`);
}

/** A private key holds the public one too. */
export function publicKey(pem: string, source: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw new KeyError(`${source} holds no public key: a key in PEM form was expected`, { cause });
  }
  if (algorithmOf(key) !== null) return key;
  throw new KeyError(`${source} is a key of type ${typeOf(key)}, expected Ed25519 or the P-256 key of AWS KMS`);
}

/** What a key signs with: the key says, never the document that it is to verify. Null for a key of another kind. */
function algorithmOf(key: KeyObject): Algorithm | null {
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519';
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
    ? 'ECDSA_SHA_256'
    : null;
}

const typeOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string =>
  [asymmetricKeyType, asymmetricKeyDetails?.namedCurve].filter((part) => part !== undefined).join(' ');

export function fingerprint(key: KeyObject): string {
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(open.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** `document` is parsed JSON, `key` Ed25519. */
export function signDocument(document: object, key: KeyObject): Signature {
  const value = sign(null, canonicalBytes(document), key).toString('base64');
  return { algorithm: 'Ed25519', key: fingerprint(key), value };
}

/** What a P-256 key signs of a document: its hash, with what it is the hash of, so that a signature for anything else is none of a baseline. */
export function statement(document: object): Buffer {
  return Buffer.from(`rolefence baseline, canonical JSON, SHA-256 ${hash(document)}`);
}

const hash = (document: object): string => createHash('sha256').update(canonicalBytes(document)).digest('hex');

export function checkSignature(document: object, key: KeyObject): Check {
  const signature = (document as { signature?: unknown }).signature;
  if (signature === undefined) return { kind: 'unsigned', reason: 'it is not signed' };
  const { algorithm, key: signer, value } = (signature ?? {}) as Partial<Record<keyof Signature, unknown>>;
  if (
    (algorithm !== 'Ed25519' && algorithm !== 'ECDSA_SHA_256') ||
    typeof signer !== 'string' ||
    typeof value !== 'string'
  ) {
    return { kind: 'broken', reason: 'its signature is not of a form that is known (Ed25519, ECDSA_SHA_256)' };
  }
  if (signer !== fingerprint(key)) {
    return { kind: 'other-key', reason: `it is signed with another key (${signer.slice(0, 16).replace(/\W/g, '?')}…)` };
  }
  const broken = {
    kind: 'broken',
    reason: 'its signature does not match: it was changed after it was signed',
  } as const;
  try {
    const good = algorithm === algorithmOf(key) && holds(document, key, algorithm, Buffer.from(value, 'base64'));
    return good ? { kind: 'good' } : broken;
  } catch {
    // Nested deeper than anything that we sign.
    return broken;
  }
}

function holds(document: object, key: KeyObject, algorithm: Algorithm, value: Buffer): boolean {
  return algorithm === 'Ed25519'
    ? verify(null, canonicalBytes(document), key, value)
    : verify('sha256', statement(document), key, value);
}

/** The document without its signature, keys in order of their UTF-16 code units, no white space (RFC 8785; JSON.stringify writes numbers and strings as it says). */
export function canonicalBytes(document: object): Buffer {
  const { signature: _, ...rest } = document as Record<string, unknown>;
  return Buffer.from(canonical(rest));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
