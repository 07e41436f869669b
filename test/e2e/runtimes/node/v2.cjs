const { createHash } = require('node:crypto');
const https = require('node:https');
const { DynamoDB, S3 } = require('aws-sdk');

/** A program with the SDK for JavaScript v2: `work` or `attack`. Exit code 3 with AWS's error code and the number of attempts on standard error. */
const s3 = new S3({ signatureVersion: 'v4' });
const dynamodb = new DynamoDB({});
const PHOTO = { Bucket: 'photo-uploads', Key: 'summer/noon.bmp' };
const show = (bytes) => console.log(createHash('sha256').update(bytes).digest('hex'));

async function work() {
  show((await s3.getObject(PHOTO).promise()).Body);
  await s3.putObject({ Bucket: 'photo-thumbnails', Key: 'v2', Body: Buffer.alloc(600_000) }).promise();
  await dynamodb.getItem({ TableName: 'Images', Key: { image: { S: 'summer/noon.bmp' } } }).promise();
  const url = await s3.getSignedUrlPromise('getObject', PHOTO);
  // By the core module, as whoever was given the URL would use it.
  const bytes = await new Promise((resolve, reject) => {
    https
      .get(url, (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => resolve(Buffer.concat(parts)));
      })
      .on('error', reject);
  });
  show(bytes);
}

async function main() {
  if (process.argv[2] !== 'attack') return work();
  const request = dynamodb.scan({ TableName: 'Customers' });
  await request.promise().catch((error) => {
    console.error(`${error.code} ${request.response.retryCount + 1}`);
    process.exitCode = 3;
  });
}

main();
