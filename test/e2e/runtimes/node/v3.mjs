import { createHash } from 'node:crypto';
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

/** A program with the SDK for JavaScript v3: `work` or `attack`. Exit code 3 with AWS's error code and the number of attempts on standard error. */
const s3 = new S3Client({});
const dynamodb = new DynamoDBClient({});
const PHOTO = new GetObjectCommand({ Bucket: 'photo-uploads', Key: 'summer/noon.bmp' });
const show = (bytes) => console.log(createHash('sha256').update(bytes).digest('hex'));

async function work() {
  show(await (await s3.send(PHOTO)).Body.transformToByteArray());
  await s3.send(new PutObjectCommand({ Bucket: 'photo-thumbnails', Key: 'v3', Body: Buffer.alloc(600_000) }));
  await dynamodb.send(new GetItemCommand({ TableName: 'Images', Key: { image: { S: 'summer/noon.bmp' } } }));
  // By fetch, as whoever was given the URL would use it.
  const url = await getSignedUrl(s3, new GetObjectCommand(PHOTO.input));
  show(Buffer.from(await (await fetch(url)).arrayBuffer()));
}

async function main() {
  if (process.argv[2] !== 'attack') return work();
  await dynamodb.send(new ScanCommand({ TableName: 'Customers' }));
}

main().catch((error) => {
  console.error(`${error.name} ${error.$metadata?.attempts}`);
  process.exitCode = 3;
});
