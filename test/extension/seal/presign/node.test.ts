import { describe, expect, it } from 'vitest';
import { REAL } from '../sealed-sensor.ts';
import { byTheSdk, checked, OBJECT, RDS } from './by-the-sdk.ts';
import { checkedForm } from './checked-form.ts';
import { PresigningFunction } from './function.ts';

const fn = new PresigningFunction();

describe("Node's SDK in a sealed function", () => {
  const run = (script: string, kind: 'commonjs' | 'module') =>
    fn.inFunction([process.execPath, `--input-type=${kind}`, '-e', script], {
      NODE_OPTIONS: `--require ${fn.folder}/preload.cjs`,
    });
  const PRESIGN = `
    const options = { Bucket: 'photos', Key: 'summer days/1.jpg' };
    const s3 = new S3Client({});
    const signer = new Signer({ hostname: 'shop.c1.eu-central-1.rds.amazonaws.com', port: 5432, username: 'shop' });
    console.log(await getSignedUrl(s3, new GetObjectCommand(options), { expiresIn: 60 }));
    console.log(await getSignedUrl(s3, new PutObjectCommand(options), { expiresIn: 60 }));
    console.log(await signer.getAuthToken());`;
  const forms = [
    [
      'commonjs',
      `(async () => { const { S3Client, GetObjectCommand, PutObjectCommand } = require('@aws-sdk/client-s3'); const { getSignedUrl } = require('@aws-sdk/s3-request-presigner'); const { Signer } = require('@aws-sdk/rds-signer'); ${PRESIGN} })()`,
    ],
    [
      'module',
      `import { S3Client, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'; import { getSignedUrl } from '@aws-sdk/s3-request-presigner'; import { Signer } from '@aws-sdk/rds-signer'; ${PRESIGN}`,
    ],
  ] as const;
  it.each(forms)(
    'presigns downloads, uploads and database logins that are valid elsewhere: %s',
    async (kind, script) => {
      const printed = await run(script, kind);
      const [get, put, token] = printed.split('\n');
      await checked(get!, OBJECT);
      // Checksums are hoisted into the query by default; what the SDK signs is told by its own fields.
      expect(new URL(put!).searchParams.get('X-Amz-Credential')).toContain(REAL.accessKeyId);
      await checked(`https://${token}`, { ...RDS, host: 'shop.c1.eu-central-1.rds.amazonaws.com:5432' });
      expect(fn.sealed.calls.map(({ operation }) => operation)).toEqual(['GetObject', 'PutObject', 'connect']);
      expect(fn.sealed.findings).toEqual([]);
    },
  );

  it.each([
    [
      'commonjs',
      `const { S3Client } = require('@aws-sdk/client-s3'); const { createPresignedPost } = require('@aws-sdk/s3-presigned-post');`,
    ],
    [
      'module',
      `import { S3Client } from '@aws-sdk/client-s3'; import { createPresignedPost } from '@aws-sdk/s3-presigned-post';`,
    ],
  ] as const)('makes forms for S3 that are valid elsewhere: %s', async (kind, imports) => {
    const script = `${imports} createPresignedPost(new S3Client({}), { Bucket: 'photos', Key: 'a/1.jpg' }).then((form) => console.log(JSON.stringify(form)));`;
    checkedForm(JSON.parse(await run(script, kind)), REAL);
    expect(fn.sealed.calls.map(({ access }) => access)).toEqual([
      [{ action: 's3:PutObject', resources: ['arn:aws:s3:::photos/a/1.jpg'] }],
    ]);
  });

  it('may use what it presigned itself, too', async () => {
    const script = `import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'; import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
      const url = await getSignedUrl(new S3Client({}), new GetObjectCommand({ Bucket: 'photos', Key: 'a' }));
      console.log((await fetch(url)).status);
      console.log((await fetch(url.replace('photos', 'other'))).status);`;
    expect(await run(script, 'module')).toBe('200\n200');
    const used = new URL(`https://h${fn.upstream.seen[0]!.target}`).searchParams;
    expect(used.get('X-Amz-Credential')).toContain(REAL.accessKeyId);
    expect(fn.sealed.calls.map(({ operation }) => operation)).toEqual(['GetObject', 'GetObject', 'GetObject']);
  });

  it('gets an error of its own kind where the sensor refuses or is not there', async () => {
    const script = `import { S3Client, GetObjectCommand } from '@aws-sdk/client-s3'; import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
      await getSignedUrl(new S3Client({}), new GetObjectCommand({ Bucket: 'photos', Key: 'a' })).catch((e) => console.log(e.name, e.$metadata.httpStatusCode));`;
    await fn.sealed.sensor.close();
    expect(await run(script, 'module')).toBe('ServiceUnavailable 503');
    await fn.restart(
      { ROLEFENCE_MODE: 'block', ROLEFENCE_ON_FAILURE: 'closed' },
      { format: 'rolefence.baseline/1', functions: {} },
    );
    expect(await run(script, 'module')).toBe('AccessDenied 403');
  });

  it('asks by a global function where its SDK is bundled, and so no module can be seen', async () => {
    const url = await byTheSdk(OBJECT, fn.sealed.sealer.placeholder, new Date());
    const printed = await run(
      `globalThis[Symbol.for('rolefence.presign')](${JSON.stringify(url)}).then(console.log)`,
      'commonjs',
    );
    await checked(printed, OBJECT);
  });
});
