import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeBitmap } from '../../image-resizer/bitmap.mjs';
import { type LocalAws, startLocalAws } from '../aws/local-aws.ts';
import type { FunctionSettings } from '../lambda/lambda-host.ts';

/** The account, the names in it and what lies in it. All made up. */
export const REGION = 'us-east-1';
export const ACCOUNT = '111122223333';
export const FUNCTION = 'image-resizer';
export const UPLOADS = 'photo-uploads';
export const THUMBNAILS = 'photo-thumbnails';
export const METADATA_TABLE = 'ImageMetadata';
export const IDENTITY_BUCKET = 'identity-documents';
export const CUSTOMER_TABLE = 'Customers';
export const ELSEWHERE = 'collector.example';
export const INTRUDER_BUCKET = 'holiday-pictures-2026';
export const CUSTOMERS = 40;
const MARK_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/5c0ffee0-0000-4000-8000-000000000001`;
export const PAYROLL_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/5c0ffee0-0000-4000-8000-000000000002`;

/** The role's keys, as Lambda hands them to the function. A test looks for the secret parts in everything that the demo prints and writes. */
export const CREDENTIALS = {
  accessKeyId: 'ASIARTX3GSDSV2DEMO7A',
  secretAccessKey: 'demoRoleSecretKey/nowhereToBeFound000000',
  sessionToken: 'demoRoleSessionToken//nowhereToBeFound//IQoJb3JpZ2luX2VjEXAMPLE',
};
/** The intruder's own, of another account. */
export const INTRUDER = {
  accessKeyId: 'AKIAWO645SY5FXTRUDER',
  secretAccessKey: 'intruderSecretKey/nowhereToBeFound000000',
};

export interface World {
  readonly aws: LocalAws;
  /** Base64, under the payroll's KMS key: the intruder has found it somewhere in the account. */
  readonly payrollSecret: string;
  /** The image resizer with the given layer (null for none) and settings of the sensor. */
  resizer(layer: string | null, variables?: Readonly<Record<string, string>>): FunctionSettings;
}

const IMAGE_RESIZER = join(import.meta.dirname, '../../image-resizer');
const CONNECT_DIRECTLY = join(import.meta.dirname, '../lambda/connect-directly.mjs');

/** Uploaded pictures, named as cameras name them: many more than are seen while the function is learned. */
export const PICTURES = ['summer', 'winter', 'people'].flatMap((album, i) =>
  Array.from({ length: 40 }, (_, n) => `${album}/IMG_${1003 + 200 * i + 5 * n}.bmp`),
);

/** Everything that the function meets, on this machine. `folder` takes the test CA's certificate. */
export async function createWorld(folder: string): Promise<World> {
  const customers = Array.from({ length: CUSTOMERS }, (_, i) => ({
    id: `c-${1000 + i}`,
    name: `Customer ${i}`,
    email: `customer${i}@example.com`,
  }));
  const aws = await startLocalAws({
    region: REGION,
    elsewhere: ELSEWHERE,
    tables: { [METADATA_TABLE]: { key: 'image', items: [] }, [CUSTOMER_TABLE]: { key: 'id', items: customers } },
  });
  for (const [i, picture] of PICTURES.entries()) aws.s3.objects.set(`${UPLOADS}/${picture}`, painted(160, 120, i));
  aws.s3.objects.set(`${IDENTITY_BUCKET}/passports/1043.bmp`, painted(120, 90, 99));
  const caFile = join(folder, 'local-aws-ca.pem');
  writeFileSync(caFile, aws.caPem);

  const variables = {
    UPLOADS,
    THUMBNAILS,
    METADATA_TABLE,
    READY_QUEUE: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/thumbnails-ready`,
    MARK_KEY,
    MARK_SECRET: aws.kms.encrypt(MARK_KEY, 'what thumbnails are marked with'),
    // The function trusts the test CA as it would a company's own: the sensor's certificate is added to it, not put in its place.
    NODE_EXTRA_CA_CERTS: caFile,
  };
  const attached = {
    AWS_LAMBDA_EXEC_WRAPPER: '/opt/rolefence/wrapper',
    ROLEFENCE_CONNECT_TO: `*:443=127.0.0.1:${aws.port}`,
    ROLEFENCE_UPSTREAM_CA: caFile,
  };
  return {
    aws,
    payrollSecret: aws.kms.encrypt(PAYROLL_KEY, 'the payroll database password'),
    resizer: (layer, own = {}) => ({
      name: FUNCTION,
      version: '7',
      account: ACCOUNT,
      region: REGION,
      handler: 'app.handler',
      task: IMAGE_RESIZER,
      layer,
      credentials: CREDENTIALS,
      variables:
        layer === null ? { ...variables, DEMO_AWS_PORT: `${aws.port}` } : { ...variables, ...attached, ...own },
      ...(layer === null ? { nodeArguments: ['--import', CONNECT_DIRECTLY] } : {}),
    }),
  };
}

/** A picture of two colours running into each other. */
function painted(width: number, height: number, hue: number): Buffer {
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      pixels.set([(x * 255) / width, (y * 255) / height, (hue * 47) % 256], (y * width + x) * 3);
  }
  return writeBitmap({ width, height, pixels });
}
