import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type Endpoint, jsonReply, targetOperation } from './endpoint.ts';

export interface LocalKms extends Endpoint {
  /** A ciphertext of the key, base64, as an operator would have made it with the real KMS. The key comes to be where it is new. */
  encrypt(keyArn: string, plaintext: string): string;
}

/** Decrypt with AES-256-GCM keys by ARN. A ciphertext names its key, as KMS's do. */
export function createKms(): LocalKms {
  const keys = new Map<string, Buffer>();
  return {
    serves: (host) => host.startsWith('kms.'),
    operation: targetOperation,
    encrypt(keyArn, plaintext) {
      const key = keys.get(keyArn) ?? randomBytes(32);
      keys.set(keyArn, key);
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
      const name = Buffer.from(keyArn);
      return Buffer.concat([Buffer.from([name.length]), name, iv, cipher.getAuthTag(), sealed]).toString('base64');
    },
    answer({ body }, operation) {
      if (operation !== 'Decrypt') return jsonReply({ __type: 'UnsupportedOperationException' }, 400);
      const { CiphertextBlob, KeyId } = JSON.parse(`${body}`) as { CiphertextBlob: string; KeyId?: string };
      const blob = Buffer.from(CiphertextBlob, 'base64');
      const start = 1 + (blob[0] ?? 0);
      const keyArn = blob.toString('utf8', 1, start);
      const key = keys.get(keyArn);
      if (key === undefined) return jsonReply({ __type: 'InvalidCiphertextException' }, 400);
      if (KeyId !== undefined && KeyId !== keyArn) return jsonReply({ __type: 'IncorrectKeyException' }, 400);
      const decipher = createDecipheriv('aes-256-gcm', key, blob.subarray(start, start + 12));
      decipher.setAuthTag(blob.subarray(start + 12, start + 28));
      const plaintext = Buffer.concat([decipher.update(blob.subarray(start + 28)), decipher.final()]);
      return jsonReply({
        KeyId: keyArn,
        Plaintext: plaintext.toString('base64'),
        EncryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      });
    },
  };
}
