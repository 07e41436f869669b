import { createHmac } from 'node:crypto';
import { posix } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readBitmap, scaleDown, writeBitmap } from './bitmap.mjs';

/**
 * Makes a thumbnail of an uploaded picture: `{source: "summer/beach.bmp", width: 64, caption: "${image.name}, ${image.width} px"}`; or tells whether
 * there is one: `{status: "summer/beach.bmp"}`.
 *
 * VULNERABLE ON PURPOSE, in two ways that are common: `source` may climb out of its bucket, and `caption` is a template that is run as code. What an
 * intruder can do then is up to the function's role, which here may do anything.
 */
const { UPLOADS, THUMBNAILS, METADATA_TABLE, READY_QUEUE, MARK_KEY, MARK_SECRET } = process.env;
const s3 = new S3Client({});
const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});
const kms = new KMSClient({});

/** Thumbnails bear a mark made with this secret, which stands encrypted in the function's settings. Once per execution environment. */
let secret;

export async function handler(event) {
  return event.status === undefined ? await resize(event) : await lookUp(event.status);
}

async function resize({ source, width, caption }) {
  secret ??= await decrypt(MARK_SECRET);
  // Vulnerable: join() resolves "..", so that "../other-bucket/key" is another bucket.
  const [bucket, ...path] = posix.join(UPLOADS, source).split('/');
  const key = path.join('/');
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    const thumbnail = scaleDown(readBitmap(await Body.transformToByteArray()), width);
    const file = writeBitmap(thumbnail);
    const image = { name: posix.basename(key), width: thumbnail.width, height: thumbnail.height };
    const text = await render(caption, image);
    const mark = createHmac('sha256', secret).update(file).digest('hex');
    await s3.send(new PutObjectCommand({ Bucket: THUMBNAILS, Key: key, Body: file, ContentType: 'image/bmp' }));
    await dynamodb.send(
      new PutItemCommand({
        TableName: METADATA_TABLE,
        Item: { image: { S: key }, width: { N: `${image.width}` }, caption: { S: text }, mark: { S: mark } },
      }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl: READY_QUEUE, MessageBody: JSON.stringify({ image: key }) }));
    return { thumbnail: `${THUMBNAILS}/${key}`, ...image, caption: text };
  } catch (error) {
    console.error(`${source}: ${error.name}`);
    return { error: error.name, attempts: error.$metadata?.attempts ?? null };
  }
}

async function lookUp(source) {
  const started = performance.now();
  const { Item } = await dynamodb.send(
    new GetItemCommand({ TableName: METADATA_TABLE, Key: { image: { S: source } } }),
  );
  return { ready: Item !== undefined, lookUpMs: performance.now() - started };
}

/** Vulnerable: whatever stands in ${…} is run. A template language without code would do. */
async function render(caption, image) {
  const AsyncFunction = render.constructor;
  return await new AsyncFunction('image', `return \`${caption}\``)(image);
}

async function decrypt(base64) {
  const { Plaintext } = await kms.send(
    new DecryptCommand({ KeyId: MARK_KEY, CiphertextBlob: Buffer.from(base64, 'base64') }),
  );
  return Buffer.from(Plaintext);
}
