const AWS = require('aws-sdk');

/** A program with the SDK v2: `work`, `fail` (AWS itself says no) or `attack` (what the program never does). Exit code 3 with AWS's error code on standard error. */
const s3 = new AWS.S3();
const dynamodb = new AWS.DynamoDB();

async function send(request) {
  try {
    return await request.promise();
  } catch (error) {
    process.stderr.write(`${error.code} ${request.response.retryCount + 1}\n`);
    process.exitCode = 3;
    return null;
  }
}

const verbs = {
  async work() {
    process.stdout.write((await send(s3.getObject({ Bucket: 'photo-uploads', Key: 'summer/noon.bmp' }))).Body);
    const Body = Buffer.alloc(400_000, 'body-marker-thumbnail');
    await send(s3.putObject({ Bucket: 'photo-thumbnails', Key: 'v2', Body }));
    const Key = { image: { S: 'summer/noon.bmp' } };
    process.stdout.write(`${JSON.stringify(await send(dynamodb.getItem({ TableName: 'Images', Key })))}\n`);
  },
  fail: () => send(s3.getObject({ Bucket: 'photo-uploads', Key: 'nowhere' })),
  async attack() {
    const found = await send(dynamodb.scan({ TableName: 'Customers' }));
    if (found !== null) process.stdout.write(JSON.stringify(found.Items));
  },
};

verbs[process.argv[2]]();
