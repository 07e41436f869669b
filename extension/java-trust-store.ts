import { createHash } from 'node:crypto';

/** JavaKeyStore of the JDK (sun.security.provider.JavaKeyStore): magic, version 2, entries, SHA-1 over a salted password and all before. */
const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;
const TYPE = 'X.509';
const SHA1 = 20;
/** What `keytool` asks for by default. Java reads a trust store without a password unchecked, so that this one is only for people. */
const PASSWORD = 'changeit';
const SALT = 'Mighty Aphrodite';

/**
 * The certificates of a PEM text as a Java trust store. They are copied, not parsed: decoding 140 roots would cost a start 50 ms. Written into one buffer, since a small one for
 * each of a thousand fields takes as long as all the rest.
 */
export function javaTrustStore(pem: string, now: Date): Buffer {
  const entries = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g)].map(
    ([, base64], index) => ({ alias: `rolefence-${index}`, certificate: Buffer.from(base64!, 'base64') }),
  );
  const sizes = entries.map(({ alias, certificate }) => 25 + alias.length + certificate.length);
  const store = Buffer.alloc(sizes.reduce((sum, size) => sum + size, 12 + SHA1));
  const view = new DataView(store.buffer, store.byteOffset);
  let at = 0;
  const uint32 = (value: number) => {
    view.setUint32(at, value);
    at += 4;
  };
  /** DataOutput.writeUTF: two bytes of length, then the text (ASCII here). */
  const text = (value: string) => {
    view.setUint16(at, value.length);
    at += 2 + store.write(value, at + 2, 'latin1');
  };
  const created = BigInt(now.getTime());
  uint32(MAGIC);
  uint32(VERSION);
  uint32(entries.length);
  for (const { alias, certificate } of entries) {
    uint32(TRUSTED_CERTIFICATE);
    text(alias);
    view.setBigUint64(at, created);
    at += 8;
    text(TYPE);
    uint32(certificate.length);
    at += certificate.copy(store, at);
  }
  const password = Buffer.from(PASSWORD, 'utf16le').swap16();
  createHash('sha1').update(password).update(SALT).update(store.subarray(0, at)).digest().copy(store, at);
  return store;
}
