// A program as users run it: GetObject on every BUCKET/KEY it is given, with the AWS SDK for JavaScript v3; exits 3 where one was refused.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';

const client = new S3Client({ region: 'us-east-1' });
for (const name of process.argv.slice(2)) {
  const [Bucket, Key] = name.split('/');
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    process.stdout.write(`${name}: ${await Body.transformToString()}\n`);
  } catch (error) {
    process.stdout.write(`${name}: ${error.name} ${error.$metadata?.attempts}\n`);
    process.exitCode = 3;
  }
}
