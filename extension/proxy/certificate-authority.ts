import { generateKeyPairSync } from 'node:crypto';
import { createSecureContext, DEFAULT_CIPHERS, DEFAULT_ECDH_CURVE, type SecureContext } from 'node:tls';
import { issueCertificate } from './tls/certificate.ts';
import { Lru } from './tls/lru.ts';

/** The certificate authority of one execution environment. Its key is made in memory and never leaves this object. */
export interface CertificateAuthority {
  /** What clients must trust. */
  readonly certificatePem: string;
  /** What a TLS server for exactly this name needs; made when first asked for and kept while it is used. `host` is lower case. */
  contextFor(host: string): SecureContext;
  /** The same as PEM, for listeners of other kinds. */
  leafFor(host: string): { readonly certificatePem: string; readonly keyPem: string };
}

const DAY_MS = 86_400_000;
/** Clients whose clock runs behind must still find the certificate valid. */
const DATED_BACK_MS = DAY_MS;
/** An execution environment lives some hours, a laptop's proxy some days. */
const VALID_MS = 30 * DAY_MS;
/** A context holds some 30 KiB. A function that speaks to more hosts than this at once pays half a millisecond for each anew. */
const CONTEXTS = 256;
/** ub-common-name, RFC 5280 appendix A.1: longer names stand in the SAN only. */
const LONGEST_COMMON_NAME = 64;
/**
 * What a client and we agree on never leaves the machine, so it need not be kept from a quantum computer: the hybrid that OpenSSL 3.5 prefers is a tenth of a handshake. Clients that
 * want another group get it. Older versions do not know how to say so, and have no hybrid.
 */
const GROUPS = 'X25519/DEFAULT';
/** Nor for longer than a call: of what a client has, the suite that costs least where processors have AES and SHA-256, for the handshake and for each MiB. */
const CIPHERS = `TLS_AES_128_GCM_SHA256:${DEFAULT_CIPHERS}`;
const ISSUER = 'Rolefence sensor of this execution environment/Rolefence';

/** Throws only where the platform has no P-256. `now` is the wall clock. */
export function createCertificateAuthority(now: Date): CertificateAuthority {
  const signer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  // One key for all leaves: they live in one process for one environment, and a key costs as much as the rest of a leaf.
  const leafKey = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const keyPem = leafKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const notBefore = new Date(now.getTime() - DATED_BACK_MS);
  const notAfter = new Date(now.getTime() + VALID_MS);
  const contexts = new Lru<string, SecureContext>(CONTEXTS);
  const certificatePem = issueCertificate({
    subject: ISSUER,
    issuer: ISSUER,
    notBefore,
    notAfter,
    publicKey: signer.publicKey,
    signer,
    host: null,
  });

  function issue(host: string): string {
    const subject = host.length > LONGEST_COMMON_NAME ? null : host;
    return issueCertificate({
      subject,
      issuer: ISSUER,
      notBefore,
      notAfter,
      publicKey: leafKey.publicKey,
      signer,
      host,
    });
  }

  let groups = GROUPS;
  function made(host: string): SecureContext {
    const leaf = {
      key: keyPem,
      cert: issue(host),
      minVersion: 'TLSv1.2',
      ciphers: CIPHERS,
      honorCipherOrder: true,
    } as const;
    try {
      return createSecureContext({ ...leaf, ecdhCurve: groups });
    } catch (error) {
      if (groups === DEFAULT_ECDH_CURVE) throw error;
      groups = DEFAULT_ECDH_CURVE;
      return createSecureContext(leaf);
    }
  }

  return {
    certificatePem,
    leafFor: (host) => ({ certificatePem: issue(host), keyPem }),
    contextFor(host) {
      const known = contexts.get(host);
      if (known !== undefined) return known;
      const context = made(host);
      contexts.set(host, context);
      return context;
    },
  };
}
