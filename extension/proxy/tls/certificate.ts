import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto';
import {
  bitString,
  type Der,
  explicit,
  implicit,
  octetString,
  oid,
  sequence,
  set,
  TRUE,
  tagged,
  time,
  unsignedInteger,
  utf8String,
} from './der.ts';

/** One certificate to be signed: a P-256 key, ECDSA with SHA-256, X.509 v3 (RFC 5280). */
export interface CertificateTemplate {
  /** Common names; null leaves the subject empty (its SAN is then critical, RFC 5280 §4.2.1.6). */
  readonly subject: string | null;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  readonly signer: { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
  /** The exact name or address that a leaf is for; null makes a CA. */
  readonly host: string | null;
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
const commonName = oid('2.5.4.3');
const organization = oid('2.5.4.10');

/** Returns the certificate in PEM. Strict verifiers (Python 3.13) want both key identifiers and critical basicConstraints. */
export function issueCertificate(template: CertificateTemplate): string {
  const { publicKey, signer, host } = template;
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const authority = host === null;
  const extensions = sequence(
    extension(BASIC_CONSTRAINTS, true, authority ? sequence(TRUE, unsignedInteger(Buffer.from([0]))) : sequence()),
    // keyCertSign and cRLSign for the CA; digitalSignature for leaves (bit 0 is the top bit of the first octet).
    extension(KEY_USAGE, true, authority ? bits(0x06, 1) : bits(0x80, 7)),
    extension(SUBJECT_KEY_ID, false, octetString(keyIdentifier(spki))),
    extension(
      AUTHORITY_KEY_ID,
      false,
      sequence(implicit(0, keyIdentifier(signer.publicKey.export({ type: 'spki', format: 'der' })))),
    ),
    ...(host === null
      ? []
      : [
          extension(EXT_KEY_USAGE, false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
          extension(SUBJECT_ALT_NAME, template.subject === null, sequence(alternativeName(host))),
        ]),
  );
  const body = sequence(
    explicit(0, unsignedInteger(Buffer.from([2]))),
    unsignedInteger(serial()),
    ecdsaWithSha256,
    name(template.issuer),
    sequence(time(template.notBefore), time(template.notAfter)),
    template.subject === null ? sequence() : name(template.subject),
    spki,
    explicit(3, extensions),
  );
  const der = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, signer.privateKey)));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const BASIC_CONSTRAINTS = oid('2.5.29.19');
const KEY_USAGE = oid('2.5.29.15');
const SUBJECT_KEY_ID = oid('2.5.29.14');
const AUTHORITY_KEY_ID = oid('2.5.29.35');
const EXT_KEY_USAGE = oid('2.5.29.37');
const SUBJECT_ALT_NAME = oid('2.5.29.17');

function extension(id: Der, critical: boolean, value: Der): Der {
  return critical ? sequence(id, TRUE, octetString(value)) : sequence(id, octetString(value));
}

function name(text: string): Der {
  const [cn = '', o] = text.split('/');
  const attribute = (type: Der, value: string) => set(sequence(type, utf8String(value)));
  return o === undefined
    ? sequence(attribute(commonName, cn))
    : sequence(attribute(organization, o), attribute(commonName, cn));
}

function bits(octet: number, unused: number): Der {
  return tagged(0x03, Buffer.from([unused, octet]));
}

/** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2, method 1). For P-256 they are the last 65 octets of the SPKI. An identifier, not a signature. */
function keyIdentifier(spki: Buffer): Buffer {
  return createHash('sha1').update(spki.subarray(-65)).digest();
}

/** 16 random octets, positive and not zero (RFC 5280 §4.1.2.2 allows 20). */
function serial(): Buffer {
  const octets = randomBytes(16);
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40;
  return octets;
}

function alternativeName(host: string): Buffer {
  const address = ipv4(host);
  return address === null ? implicit(2, Buffer.from(host, 'latin1')) : implicit(7, address);
}

function ipv4(host: string): Buffer | null {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) ? Buffer.from(host.split('.').map(Number)) : null;
}
