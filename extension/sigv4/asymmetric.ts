import { createECDH, createHmac, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Order of the curve P-256 (NIST SP 800-186 §3.2.1.3), less two: above it a candidate is no private key. */
const MOST = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n - 2n;

/** Signs as SigV4A does: ECDSA over P-256 with a key that is derived from the secret and the key id, for several regions at once. */
export class AsymmetricSigner {
  readonly #private: KeyObject;
  readonly #public: KeyObject;

  constructor(accessKeyId: string, secretAccessKey: string) {
    const d = derive(accessKeyId, secretAccessKey);
    const curve = createECDH('prime256v1');
    curve.setPrivateKey(d);
    const point = curve.getPublicKey();
    const x = point.subarray(1, 33).toString('base64url');
    const y = point.subarray(33).toString('base64url');
    const key = { kty: 'EC', crv: 'P-256', d: d.toString('base64url'), x, y };
    this.#private = createPrivateKey({ key, format: 'jwk' });
    this.#public = createPublicKey({ key, format: 'jwk' });
  }

  /** Hex of the DER form; another one each time. */
  sign(text: string): string {
    return sign('sha256', Buffer.from(text), this.#private).toString('hex');
  }

  verifies(text: string, signature: string): boolean {
    return verify('sha256', Buffer.from(text), this.#public, Buffer.from(signature, 'hex'));
  }
}

/** NIST SP 800-108, counter mode with HMAC-SHA256: one block, and another counter in the context until it is a private key. */
function derive(accessKeyId: string, secretAccessKey: string): Buffer {
  for (let counter = 1; counter < 255; counter++) {
    const block = createHmac('sha256', `AWS4A${secretAccessKey}`)
      .update(Buffer.from([0, 0, 0, 1]))
      .update('AWS4-ECDSA-P256-SHA256')
      .update(Buffer.from([0]))
      .update(accessKeyId)
      .update(Buffer.from([counter, 0, 0, 1, 0]))
      .digest('hex');
    const candidate = BigInt(`0x${block}`);
    if (candidate <= MOST) return Buffer.from((candidate + 1n).toString(16).padStart(64, '0'), 'hex');
  }
  throw new Error('no key can be derived from these credentials');
}
