import { createHash } from 'node:crypto';

/** JavaKeyStore of the JDK (sun.security.provider.JavaKeyStore): magic, version 2, entries, SHA-1 over a salted password and all before. */
const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;
const TYPE = text('X.509');
/** What `keytool` asks for by default. Java reads a trust store without a password unchecked, so that this one is only for people. */
const PASSWORD = 'changeit';
const SALT = 'Mighty Aphrodite';

/** The certificates of a PEM text as a Java trust store. They are copied, not parsed: decoding 140 roots would cost a start 50 ms. */
export function javaTrustStore(pem: string, now: Date): Buffer {
  const certificates = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map(
    ([, base64]) => Buffer.from(base64!, 'base64'),
  );
  const created = Buffer.alloc(8);
  created.writeBigUInt64BE(BigInt(now.getTime()));
  const parts: Buffer[] = [uint32(MAGIC), uint32(VERSION), uint32(certificates.length)];
  for (const [index, certificate] of certificates.entries()) {
    parts.push(uint32(TRUSTED_CERTIFICATE), text(`rolefence-${index}`), created, TYPE);
    parts.push(uint32(certificate.length), certificate);
  }
  const content = Buffer.concat(parts);
  const digest = createHash('sha1').update(Buffer.from(PASSWORD, 'utf16le').swap16()).update(SALT).update(content);
  return Buffer.concat([content, digest.digest()]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** DataOutput.writeUTF: two bytes of length, then the text (ASCII here). */
function text(value: string): Buffer {
  const bytes = Buffer.alloc(2 + value.length);
  bytes.writeUInt16BE(value.length);
  bytes.write(value, 2, 'latin1');
  return bytes;
}
