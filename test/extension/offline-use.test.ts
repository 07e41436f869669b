import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { offlineUse } from '../../extension/offline-use.ts';

describe('what signs for use elsewhere', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-package-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const put = (path: string, content: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };

  it.each([
    ['index.mjs', `${'x'.repeat(400_000)}name:"presignInterceptMiddleware"${'x'.repeat(400_000)}`, /bundled/],
    ['app.js', "const AWS = require('aws-sdk'); new AWS.S3().getSignedUrl('getObject', {})", /SDK 2/],
    ['com/shop/Handler.class', '\u0001software/amazon/awssdk/services/s3/presigner/S3Presigner', /Java/],
    ['bootstrap', 'github.com/aws/aws-sdk-go-v2/service/s3.(*PresignClient)', /Go or Rust/],
    ['app.rb', 'object.presigned_url(:get)', /Ruby/],
  ])('is found in %s', async (path, content, what) => {
    put(path, content);
    expect(await offlineUse(folder)).toMatch(what);
  });

  it('is none of what a hook leads to the sensor, nor of libraries', async () => {
    put('app.py', 's3.generate_presigned_url("get_object")');
    put('index.mjs', "import { getSignedUrl } from '@aws-sdk/s3-request-presigner';");
    put('node_modules/@aws-sdk/s3-request-presigner/index.js', 'presignInterceptMiddleware');
    put('com/shop/Handler.class', 'software/amazon/awssdk/services/s3/presigner/S3Presigner RolefencePresign');
    put('lib/s3.jar', 'S3Presigner');
    expect(await offlineUse(folder)).toBeNull();
  });

  it('is found across two pieces, and nothing is where there is no package', async () => {
    put('index.js', `${' '.repeat(256 * 1024 - 8)}presignInterceptMiddleware`);
    expect(await offlineUse(folder)).toMatch(/bundled/);
    expect(await offlineUse(join(folder, 'none'))).toBeNull();
  });
});
