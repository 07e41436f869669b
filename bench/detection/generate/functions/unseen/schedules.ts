import { arnOf } from '../../invocation.ts';
import { dated, hourOf, object, type SampleFunction, table } from '../../sample.ts';

/** Work that comes by the clock: hourly, daily, weekly; some of it hardly ever. */

/** Small files of an hour become a large one; the partition is told to the catalogue, and counted with a query. */
const compactor: SampleFunction = {
  name: 'lake-compactor',
  perDay: 24,
  run(at) {
    const { random } = at;
    const [year, month, day] = dated(at);
    const partition = (zone: string, source: string) =>
      `lake-${zone}/${source}/year=${year}/month=${month}/day=${day}/hour=${hourOf(at)}`;
    for (const source of ['web', 'app', 'till']) {
      const from = partition('landing', source);
      at.aws('s3', 'ListObjectsV2', ['arn:aws:s3:::lake-landing'], { prefix: from.replace('lake-landing/', '') });
      const files = Array.from({ length: random.int(3, 12) }, () => `${from}/${random.uuid()}.json.gz`);
      for (const file of files) at.aws('s3', 'GetObject', object(file), { bytesIn: random.size(400_000, 0.8) });
      at.aws('s3', 'PutObject', object(`${partition('curated', source)}/part-00000-${random.uuid()}.parquet`), {
        bytesOut: random.size(1_500_000, 0.6),
      });
      at.aws(
        's3',
        'DeleteObjects',
        files.map((file) => object(file)[0]!),
        { items: files.length },
      );
      at.aws(
        'glue',
        'CreatePartition',
        [arnOf('glue', `table/lake/${source}`)],
        random.chance(0.05) ? { errorCode: 'AlreadyExistsException', status: 400 } : {},
      );
    }
    at.aws('athena', 'StartQueryExecution', [arnOf('athena', 'workgroup/counts')]);
    for (let i = random.int(1, 5); i > 0; i--)
      at.aws('athena', 'GetQueryExecution', [arnOf('athena', 'workgroup/counts')]);
  },
};

/** Every hour it looks; on Mondays it sends; on the first of the month it closes the books. */
const statements: SampleFunction = {
  name: 'weekly-statements',
  perDay: 24,
  run(at) {
    const { random } = at;
    const [year, month, day] = dated(at);
    at.aws('dynamodb', 'GetItem', table('statement-runs'));
    const date = new Date(at.time);
    if (hourOf(at) === '06' && date.getUTCDay() === 1) {
      at.aws('dynamodb', 'Query', table('accounts-due'), { bytesIn: random.size(200_000, 0.3) });
      for (let i = random.int(25, 45); i > 0; i--) {
        at.aws('s3', 'PutObject', object(`statements/${year}/${month}/${day}/S-${random.int(10_000, 99_999)}.pdf`), {
          bytesOut: random.size(90_000, 0.4),
        });
        at.aws('ses', 'SendRawEmail', [arnOf('ses', 'identity/statements.example.org')], {
          bytesOut: random.size(120_000, 0.4),
        });
      }
      at.aws('dynamodb', 'PutItem', table('statement-runs'));
    }
    if (hourOf(at) === '02' && day === '01') {
      at.novelty = 'monthly';
      at.aws('dynamodb', 'ExportTableToPointInTime', table('accounts-due'));
      at.aws('s3', 'PutObject', object(`statements/closing/${year}-${month}.csv`), {
        bytesOut: random.size(800_000, 0.4),
      });
    }
  },
};

/** Twice a day, a handful of calls: there is hardly anything to learn from. */
const certificates: SampleFunction = {
  name: 'certificate-watch',
  perDay: 2,
  run(at) {
    const { random } = at;
    at.aws('acm', 'ListCertificates', ['*']);
    for (let i = 0; i < 5; i++)
      at.aws('acm', 'DescribeCertificate', [
        arnOf('acm', `certificate/${'0123456789abcdef'[i]}5d0c6f1-7f5e-4c52-9d0e-1a2b3c4d5e6f`),
      ]);
    if (random.chance(0.15)) at.aws('sns', 'Publish', [arnOf('sns', 'certificates-expire')]);
  },
};

/** Once a day; its calls are an administrator's. */
const nightWatch: SampleFunction = {
  name: 'snapshot-keeper',
  perDay: 1,
  run(at) {
    const { random } = at;
    at.aws('ec2', 'DescribeVolumes', ['*'], { bytesIn: random.size(30_000, 0.2) });
    for (let i = 0; i < 4; i++)
      at.aws('ec2', 'CreateSnapshot', [
        arnOf('ec2', `volume/vol-0${'abcd'[i]}12ef34567890ab1`),
        arnOf('ec2', 'snapshot/*'),
      ]);
    at.aws('ec2', 'DescribeSnapshots', ['*'], { bytesIn: random.size(60_000, 0.2) });
    for (let i = random.int(2, 5); i > 0; i--)
      at.aws('ec2', 'DeleteSnapshot', [arnOf('ec2', `snapshot/snap-0${random.hex(16)}`)]);
    at.aws('cloudwatch', 'PutMetricData', ['*']);
  },
};

/** Office hours only: machines on in the morning, off in the evening, nothing at week-ends. */
const officeHours: SampleFunction = {
  name: 'office-hours',
  perDay: 8,
  run(at) {
    const date = new Date(at.time);
    at.aws('ec2', 'DescribeInstances', ['*']);
    if (date.getUTCDay() % 6 === 0) return;
    const machines = ['0a', '0b', '0c'].map((id) => arnOf('ec2', `instance/i-${id}1b2c3d4e5f60718`));
    if (hourOf(at) === '06') at.aws('ec2', 'StartInstances', machines, { items: 3 });
    if (hourOf(at) === '18') at.aws('ec2', 'StopInstances', machines, { items: 3 });
  },
};

export const schedules: readonly SampleFunction[] = [compactor, statements, certificates, nightWatch, officeHours];
