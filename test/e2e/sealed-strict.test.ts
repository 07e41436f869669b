import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../../extension/proxy/certificate-authority.ts';
import type { Credentials } from '../../extension/sigv4/signer.ts';
import { REAL, type SealedSensor, startSealed } from '../extension/seal/sealed-sensor.ts';
import { because, provide } from '../toolchain/provide.ts';
import { type Moto, startMoto } from './aws/moto.ts';
import { program } from './program.ts';

const tools = provide('python');
const HOST = 's3.us-east-1.amazonaws.com';
const BODY = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) % 251));

/** AWS that checks every signature with botocore's signer and the real keys, and what reaches it of a sealed function. */
describe.skipIf(tools.missing !== null)(`signatures as strictly checked as by AWS${because(tools)}`, () => {
  let moto: Moto;
  let folder: string;
  let sealed: SealedSensor;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-strict-'));
    writeFileSync(join(folder, 'body'), BODY);
    moto = await startMoto(tools.folders.python);
    const client = s3(moto.port, moto.caPem, REAL);
    await client.send(new CreateBucketCommand({ Bucket: 'chunked' }));
    moto.knowOnly([REAL]);
  }, 60_000);
  afterAll(async () => {
    await moto?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    const authority = { ...createCertificateAuthority(new Date()), certificatePem: moto.caPem };
    sealed = await startSealed({ port: moto.port, authority });
    writeFileSync(join(folder, 'sensor.pem'), sealed.sensor.certificatePem!);
    writeFileSync(join(folder, 'moto.pem'), moto.caPem);
  });
  afterEach(() => sealed.sensor.close());

  function s3(port: number, ca: string, credentials: Credentials): S3Client {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    return new S3Client({
      region: 'us-east-1',
      endpoint: `https://localhost:${port}`,
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
      requestHandler: { httpsAgent: new Agent({ ca }) },
    });
  }

  /** Uploads with signed chunks, to AWS itself or through the sensor; resolves with the status line or the kind of an error. */
  async function upload(to: 'aws' | 'sensor', keys: Credentials, form: string, ...broken: string[]): Promise<string> {
    const port = to === 'aws' ? moto.port : sealed.sensor.port;
    const script = join(import.meta.dirname, 'runtimes/python/chunks.py');
    const args = [HOST, `${port}`, join(folder, to === 'aws' ? 'moto.pem' : 'sensor.pem'), join(folder, 'body'), form];
    const ended = await program([join(tools.folders.python, 'bin/python'), script, ...args, ...broken], {
      AWS_ACCESS_KEY_ID: keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
      AWS_SESSION_TOKEN: keys.sessionToken!,
      PYTHONDONTWRITEBYTECODE: '1',
    });
    expect(ended.stderr).toBe('');
    return ended.stdout.toString().trim();
  }

  const forms = ['plain', 'trailer'];
  it.each(forms)('take the real keys, and refuse others and every change: chunks, %s', async (form) => {
    const tried: string[] = [];
    const arrived = await moto.during(async () => {
      tried.push(await upload('aws', REAL, form));
      tried.push(await upload('aws', { ...REAL, secretAccessKey: 'another' }, form));
      tried.push(await upload('aws', { ...REAL, sessionToken: 'another' }, form));
      tried.push(await upload('aws', sealed.sealer.placeholder, form));
      tried.push(await upload('aws', REAL, form, 'chunk'));
    });
    expect(tried.map((line) => /\d{3}/.exec(line)?.[0])).toEqual(['200', '403', '403', '403', '403']);
    expect(arrived.map(({ wrong }) => wrong)).toEqual([
      null,
      'another signature',
      'another session token',
      'an unknown key',
      'another signature of a chunk',
    ]);
  });

  it.each(forms)(
    'are all right where a sealed function signed its chunks, and the object is whole: %s',
    async (form) => {
      const arrived = await moto.during(async () => {
        expect(await upload('sensor', sealed.sealer.placeholder, form)).toContain('200');
      });
      expect(arrived.map(({ wrong, accessKeyId }) => [wrong, accessKeyId])).toEqual([[null, REAL.accessKeyId]]);
      const { Body } = await s3(moto.port, moto.caPem, REAL).send(
        new GetObjectCommand({ Bucket: 'chunked', Key: form }),
      );
      const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      expect(digest(await Body!.transformToByteArray())).toBe(digest(BODY));
    },
  );

  it('never see a whole upload one of whose chunks was changed', async () => {
    const arrived = await moto.during(async () => {
      expect(await upload('sensor', sealed.sealer.placeholder, 'plain', 'chunk')).not.toContain('200');
    });
    expect(arrived.filter(({ wrong }) => wrong === null)).toEqual([]);
  });
});
