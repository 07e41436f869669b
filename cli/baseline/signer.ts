import { createPublicKey } from 'node:crypto';
import {
  checkSignature,
  fingerprint,
  privateKey,
  type Signature,
  signDocument,
  statement,
} from '../../baseline/approval/signature.ts';
import type { Send } from '../../baseline/store/key-value.ts';
import { retrying } from '../../baseline/store/retry.ts';
import { UsageError } from '../errors.ts';
import { readKey } from './reading.ts';
import { operatorSend } from './store.ts';

export interface Signer {
  sign(document: object): Promise<Signature>;
}

export const SIGNER_OPTIONS = { key: { type: 'string' }, kms: { type: 'string' } } as const;

export const SIGNER_ROWS = [
  ['--key PEM', 'sign with this Ed25519 private key'],
  ['--kms KEY', 'sign with this key of AWS KMS (ECC_NIST_P256; ARN or id), which never leaves it'],
] as const;

/** Null where no key was given. */
export async function signerFor(values: {
  readonly key?: string | undefined;
  readonly kms?: string | undefined;
}): Promise<Signer | null> {
  if (values.key !== undefined && values.kms !== undefined)
    throw new UsageError('--key and --kms are two ways to sign: give one');
  if (values.kms !== undefined) return kmsSigner(values.kms);
  if (values.key === undefined) return null;
  const key = privateKey(readKey(values.key), values.key);
  return { sign: async (document) => signDocument(document, key) };
}

/** Asks for the public key once; every signature is checked with it before it is used. */
async function kmsSigner(id: string): Promise<Signer> {
  const region = /^arn:[^:]+:kms:([^:]+):/.exec(id)?.[1] ?? null;
  const ask = asking(await operatorSend(`--kms ${id}`, region), id);
  const { PublicKey = '', KeyUsage = '' } = await ask('GetPublicKey', {});
  const key = createPublicKey({ key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' });
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (details?.namedCurve !== 'prime256v1' || KeyUsage !== 'SIGN_VERIFY')
    throw new UsageError(
      `--kms: ${id} is a key of type ${type} for ${KeyUsage}, expected ECC_NIST_P256 for SIGN_VERIFY`,
    );
  return {
    async sign(document) {
      const { Signature: value = '' } = await ask('Sign', {
        Message: statement(document).toString('base64'),
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      });
      const signature: Signature = { algorithm: 'ECDSA_SHA_256', key: fingerprint(key), value };
      if (checkSignature({ ...document, signature }, key).kind !== 'good')
        throw new UsageError(`--kms: ${id} gave a signature that does not hold`);
      return signature;
    },
  };
}

type Answer = Readonly<Record<string, string>>;

function asking(direct: Send, id: string): (operation: string, input: object) => Promise<Answer> {
  const send = retrying(direct);
  return async (operation, input) => {
    const { status, body } = await send({
      service: 'kms',
      endpoint: 'kms',
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${operation}` },
      body: Buffer.from(JSON.stringify({ KeyId: id, ...input })),
    }).catch((cause: unknown) => {
      throw new UsageError(
        `--kms: AWS KMS cannot be reached (${cause instanceof Error ? cause.message : 'unknown error'})`,
        { cause },
      );
    });
    const answer = JSON.parse(Buffer.from(body).toString('utf8') || '{}') as Answer;
    if (status === 200) return answer;
    const code = `${answer.__type ?? ''}`.replace(/^.*#/, '') || `status ${status}`;
    throw new UsageError(`--kms: kms:${operation} with ${id} was refused (${code})`);
  };
}
