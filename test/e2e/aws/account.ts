import { Agent } from 'node:https';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, VerifyEmailIdentityCommand } from '@aws-sdk/client-ses';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Moto } from './moto.ts';

/** What lies in the account before a function runs, put there by its owner and not through the sensor. */
export interface Account {
  /** The variables that name it to the functions. */
  readonly variables: Readonly<Record<string, string>>;
}

export const PHOTOS = ['summer', 'winter', 'city', 'people', 'garden'].flatMap((album) =>
  ['morning', 'noon', 'evening', 'panorama'].map((name) => `${album}/${name}.bmp`),
);
/** Every byte value, so that nothing that meddles with text goes unseen. */
export const PHOTO = Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7 + (i >> 8)) % 256));
/** Of another account. */
export const INTRUDER = {
  accessKeyId: 'AKIAWO645SY5FXTRUDER',
  secretAccessKey: 'intruderSecretKey/nowhereToBeFound000000',
};

export async function furnish(moto: Moto): Promise<Account> {
  const agent = new Agent({ keepAlive: true, ca: moto.caPem });
  const options = {
    region: 'us-east-1',
    endpoint: `https://localhost:${moto.port}`,
    credentials: { accessKeyId: 'AKIARTX3GSDSV2OWNER7', secretAccessKey: 'owner' },
    requestHandler: { httpsAgent: agent },
  };
  const s3 = new S3Client({ ...options, forcePathStyle: true });
  const dynamodb = new DynamoDBClient(options);
  const kms = new KMSClient(options);
  try {
    for (const Bucket of ['photo-uploads', 'photo-thumbnails', 'identity-documents', 'holiday-pictures']) {
      await s3.send(new CreateBucketCommand({ Bucket }));
    }
    for (const Key of PHOTOS) await s3.send(new PutObjectCommand({ Bucket: 'photo-uploads', Key, Body: PHOTO }));
    await s3.send(
      new PutObjectCommand({ Bucket: 'identity-documents', Key: 'passports/1043', Body: 'body-marker-passport' }),
    );
    for (const [TableName, key] of [
      ['Images', 'image'],
      ['Customers', 'id'],
    ] as const) {
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
          AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        }),
      );
    }
    await dynamodb.send(
      new PutItemCommand({ TableName: 'Customers', Item: { id: { S: 'c-1' }, name: { S: 'body-marker-customer' } } }),
    );
    await new SESClient(options).send(new VerifyEmailIdentityCommand({ EmailAddress: 'shop@example.com' }));
    await new SQSClient(options).send(new CreateQueueCommand({ QueueName: 'thumbnails-ready' }));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const Plaintext = Buffer.from('body-marker-payroll');
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: KeyMetadata!.KeyId!, Plaintext }));
    // Kinesis clients of SDK v3 speak HTTP/2 only, which moto does not: made by a plain request.
    await createStream(moto, agent);
    return {
      variables: {
        QUEUE: 'https://sqs.us-east-1.amazonaws.com/111122223333/thumbnails-ready',
        CIPHERTEXT: Buffer.from(CiphertextBlob!).toString('base64'),
      },
    };
  } finally {
    agent.destroy();
  }
}

async function createStream(moto: Moto, agent: Agent): Promise<void> {
  const { request } = await import('node:https');
  const headers = {
    'x-amz-target': 'Kinesis_20131202.CreateStream',
    'content-type': 'application/x-amz-json-1.1',
    authorization:
      'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0',
  };
  await new Promise<void>((resolve, reject) => {
    request({ host: 'localhost', port: moto.port, method: 'POST', path: '/', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
    })
      .on('error', reject)
      .end(JSON.stringify({ StreamName: 'clicks', ShardCount: 1 }));
  });
}
