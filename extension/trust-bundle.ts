import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Where Linux distributions keep the system's public roots; Amazon Linux first. */
const SYSTEM_BUNDLES = ['/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/cert.pem'];

/**
 * Public roots and the sensor's CA in one PEM text, for clients whose CA file replaces their default. The system's own file comes first, since it
 * may hold a company's roots and is read in a millisecond; Node's list takes nine to decode and is for systems that have none.
 */
export function trustBundle(certificatePem: string, systemBundles: readonly string[] = SYSTEM_BUNDLES): string {
  return `${publicRoots(systemBundles).trimEnd()}\n${certificatePem.trimEnd()}\n`;
}

function publicRoots(systemBundles: readonly string[]): string {
  for (const path of systemBundles) {
    try {
      const roots = readFileSync(path, 'latin1');
      if (roots.includes('-----BEGIN CERTIFICATE-----')) return roots;
    } catch {
      // Not this distribution.
    }
  }
  return rootCertificates.join('\n');
}
