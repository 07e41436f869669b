import { createPublicKey } from 'node:crypto';
import { CreateKeyCommand, GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../extension/config.ts';
import type { Moto } from '../../e2e/aws/moto.ts';
import { because, provide } from '../../toolchain/provide.ts';
import { motoOverTls, testFleet } from './test-fleet.ts';

const { at, fleet, locationOf, publicKey, rolefence, tool, writeOld } = testFleet();
const provided = provide('python');

describe.skipIf(provided.missing !== null)(`a key of AWS KMS (moto)${because(provided)}`, () => {
  let moto: Moto;
  let client: KMSClient;
  let variables: Record<string, string>;
  beforeAll(async () => {
    const local = await motoOverTls(provided.folders.python);
    ({ moto, variables } = local);
    client = new KMSClient(local.options);
    writeOld('old.json');
  }, 900_000);
  afterAll(async () => {
    client.destroy();
    await moto.close();
  });

  const key = async (KeySpec: 'ECC_NIST_P256' | 'RSA_2048') =>
    (await client.send(new CreateKeyCommand({ KeySpec, KeyUsage: 'SIGN_VERIFY' }))).KeyMetadata!.Arn!;

  it('signs what is approved, and the sensor verifies it with the public key alone', async () => {
    const id = await key('ECC_NIST_P256');
    const args = ['approve', at('old.json'), '--out', at('kms.json'), '--kms', id, '--yes'];
    const { status, stderr } = rolefence(args, variables);
    expect([status, stderr]).toEqual([0, expect.stringContaining('is approved and signed')]);
    expect(rolefence(['publish', at('kms.json'), '--to', locationOf('kms')]).status).toBe(0);
    const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: id }));
    const own = createPublicKey({ key: Buffer.from(PublicKey!), format: 'der', type: 'spki' });
    const store = fleet('kms');
    expect(Object.keys((await store.approved('resize', { key: own, min: null }))!.functions)).toEqual(['resize']);
    await expect(store.approved('resize', { key: publicKey, min: null })).rejects.toThrow(
      'it is signed with another key',
    );
    // As ROLEFENCE_BASELINE_KEY takes it: what `aws kms get-public-key --query PublicKey --output text` prints.
    const { config } = readConfig({ ROLEFENCE_BASELINE_KEY: Buffer.from(PublicKey!).toString('base64') });
    expect(config.baselineKey!.equals(own)).toBe(true);
  });

  it.each([
    ['ROLEFENCE_CONNECT_TO', () => variables],
    [
      'AWS_ENDPOINT_URL',
      () => ({ ...variables, ROLEFENCE_CONNECT_TO: '', AWS_ENDPOINT_URL: `https://localhost:${moto.port}` }),
    ],
    [
      'the variables of services',
      () => ({
        ...variables,
        ROLEFENCE_CONNECT_TO: '',
        AWS_ENDPOINT_URL: 'https://localhost:1',
        AWS_ENDPOINT_URL_S3: `https://localhost:${moto.port}`,
        AWS_ENDPOINT_URL_DYNAMODB: `https://localhost:${moto.port}`,
      }),
    ],
  ])('is not the only part of AWS that %s leads to: stores are, and say what they lack', async (_, env) => {
    for (const [store, missing] of [
      ['dynamodb://nowhere', 'there is no table nowhere in us-east-1'],
      ['s3://no-such-bucket/team', 'there is no bucket no-such-bucket in us-east-1'],
    ]) {
      const { status, stderr } = rolefence(['history', store!, '--function', 'resize'], env());
      expect([status, stderr]).toEqual([2, expect.stringContaining(`cannot be read (${missing})`)]);
    }
  });

  it('is not the only part of AWS that ROLEFENCE_CONNECT_TO leads to: what asks Lambda goes there, too', () => {
    const { stderr } = tool(['doctor', '--function', 'nobody'], variables);
    expect(stderr).toContain('function nobody cannot be read: there is none of that name in this account and region');
  });

  it('is refused in one sentence where it is of another kind, or not there', async () => {
    const rsa = rolefence(['sign', at('old.json'), '--kms', await key('RSA_2048')], variables);
    expect([rsa.status, rsa.stderr]).toEqual([
      2,
      expect.stringContaining('is a key of type rsa for SIGN_VERIFY, expected ECC_NIST_P256 for SIGN_VERIFY'),
    ]);
    const none = rolefence(['sign', at('old.json'), '--kms', '11111111-1111-1111-1111-111111111111'], variables);
    expect([none.status, none.stderr]).toEqual([
      2,
      expect.stringContaining(
        'kms:GetPublicKey with 11111111-1111-1111-1111-111111111111 was refused (NotFoundException)',
      ),
    ]);
    expect(rsa.stderr.trim().split('\n')).toHaveLength(1);
  });
});
