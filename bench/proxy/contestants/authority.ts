import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueCertificate } from '../../../extension/proxy/tls/certificate.ts';

/** A CA in files, for proxies that sign with one given to them. */
export function signingAuthority(folder: string): {
  certificateFile: string;
  keyFile: string;
  certificatePem: string;
  keyPem: string;
} {
  const signer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const day = 86_400_000;
  const certificatePem = issueCertificate({
    subject: 'Rolefence benchmark/Rolefence',
    issuer: 'Rolefence benchmark/Rolefence',
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + day),
    publicKey: signer.publicKey,
    signer,
    host: null,
  });
  const keyPem = signer.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificateFile = join(folder, 'signing-ca.pem');
  const keyFile = join(folder, 'signing-ca.key');
  writeFileSync(certificateFile, certificatePem);
  writeFileSync(keyFile, keyPem, { mode: 0o600 });
  return { certificateFile, keyFile, certificatePem, keyPem };
}
