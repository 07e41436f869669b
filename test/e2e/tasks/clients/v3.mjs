import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';

/** A program with the SDK v3: `work`, `fail` (AWS itself says no) or `attack` (what the program never does). Exit code 3 with AWS's error code on standard error. */
const s3 = new S3Client({});
const dynamodb = new DynamoDBClient({});

const verbs = {
  async work() {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photo-uploads', Key: 'summer/noon.bmp' }));
    process.stdout.write(await Body.transformToByteArray());
    const upload = Buffer.alloc(400_000, 'body-marker-thumbnail');
    await s3.send(new PutObjectCommand({ Bucket: 'photo-thumbnails', Key: 'v3', Body: upload }));
    const key = { image: { S: 'summer/noon.bmp' } };
    const { $metadata } = await dynamodb.send(new GetItemCommand({ TableName: 'Images', Key: key }));
    process.stdout.write(`${$metadata.httpStatusCode}\n`);
  },
  fail: () => s3.send(new GetObjectCommand({ Bucket: 'photo-uploads', Key: 'nowhere' })),
  async attack() {
    process.stdout.write(JSON.stringify((await dynamodb.send(new ScanCommand({ TableName: 'Customers' }))).Items));
  },
};

await verbs[process.argv[2]]().catch((error) => {
  process.stderr.write(`${error.name} ${error.$metadata?.attempts}\n`);
  process.exitCode = 3;
});
