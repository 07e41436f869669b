import { describe, expect, it } from 'vitest';
import { createJudge } from '../../../baseline/detect/judge.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { resourcePath } from '../../../baseline/names/resource-path.ts';
import { arn, aws, get, uuid } from '../calls.ts';

describe('closed resources are only ever taken literally', () => {
  it.each([
    arn('kms', `key/${uuid(1)}`),
    arn('dynamodb', 'table/orders'),
    arn('dynamodb', 'table/orders/index/by-date'),
    arn('secretsmanager', 'secret:prod/db-AbCdEf'),
    'arn:aws:iam::111122223333:role/admin',
    'arn:aws:s3:::photos',
    arn('sqs', 'orders'),
    arn('sns', 'alarms'),
    arn('lambda', 'function:billing'),
    arn('ssm', 'parameter/prod/db'),
    arn('rds', 'cluster:orders'),
    '*',
    'arn:aws:',
    'arn',
    '',
  ])('%s', (one) => {
    expect(resourcePath(one)).toEqual({ head: one, joint: '', key: one, path: null, date: null });
  });
});

describe('names that come and go by nature are learned below what they belong to', () => {
  it.each([
    ['arn:aws:s3:::photos/a/b.jpg', 'arn:aws:s3:::photos', ['a', 'b.jpg']],
    [
      'arn:aws:s3:eu-west-1:111122223333:accesspoint/ap/object/a/b',
      'arn:aws:s3:eu-west-1:111122223333:accesspoint/ap/object',
      ['a', 'b'],
    ],
    [arn('states', 'execution:orders:run-1'), arn('states', 'execution:orders'), ['run-1']],
    [arn('iot', 'topic/cmd/m1'), arn('iot', 'topic'), ['cmd', 'm1']],
    [arn('iot', 'thing/m1'), arn('iot', 'thing'), ['m1']],
    [arn('sns', `endpoint/GCM/app/${uuid(1)}`), arn('sns', 'endpoint/GCM/app'), [uuid(1)]],
    [arn('scheduler', 'schedule/reminders/r-1'), arn('scheduler', 'schedule/reminders'), ['r-1']],
    [arn('rds', 'snapshot:nightly-2026-11-25'), arn('rds', 'snapshot'), ['nightly-2026-11-25']],
    [
      arn('logs', 'log-group:/app:log-stream:2026/11/25/x'),
      arn('logs', 'log-group:/app:log-stream'),
      ['{year}', '{month}', '{day}', 'x'],
    ],
  ])('%s', (one, head, path) => {
    expect(resourcePath(one)).toMatchObject({ head, path });
  });
});

/** Names as programs and people make them, some dozens of each learned: others like them are covered, what has nothing to do with them is not. */
describe('object names', () => {
  const styles: Record<string, (n: number) => string> = {
    'ids in folders': (n) => `users/${n * 37}/avatar.png`,
    'days in folders': (n) => `2026/11/${String(1 + (n % 28)).padStart(2, '0')}/${uuid(n)}.json`,
    'order numbers': (n) => `orders/ORD-2026-${String(n * 131).padStart(6, '0')}.xml`,
    'hive partitions': (n) =>
      `t/date=2026-11-${String(1 + (n % 28)).padStart(2, '0')}/part-${String(n).padStart(5, '0')}.parquet`,
    'hashes by their first digits': (n) => {
      const hash = uuid(n * 7919).replaceAll('-', '') + uuid(n + 13).slice(0, 8);
      return `blobs/${hash.slice(2, 4)}/${hash.slice(4, 6)}/${hash}`;
    },
    'random folders, plain files': (n) => `jobs/${uuid(n)}/input/${['a', 'b', 'c'][n % 3]}.json`,
    'times in names': (n) => `snap/${new Date(1_700_000_000_000 + n * 977_000).toISOString()}.json`,
    'words and numbers': (n) => `docs/invoice of ${['jan', 'feb', 'mar'][n % 3]} ${n}.pdf`,
  };

  it.each(Object.keys(styles))('%s', (style) => {
    const learner = createLearner();
    for (let n = 0; n < 400; n++) learner.observe(get(`files/${styles[style]!(n)}`, { invocation: `i-${n}` }));
    const judge = createJudge(learner.document().functions.resize!);
    for (let n = 400; n < 900; n++) expect(judge.before(get(`files/${styles[style]!(n)}`))).toEqual([]);
    for (const other of ['../../etc/passwd', '.aws/credentials', 'secrets/root.key', 'terraform.tfstate'])
      expect(judge.before(get(`files/${other}`))).toMatchObject([{ detector: 'resource', kind: 'scope' }]);
  });

  it('say nothing of another bucket', () => {
    const learner = createLearner();
    for (let n = 0; n < 400; n++) learner.observe(get(`files/${uuid(n)}`, { invocation: `i-${n}` }));
    const judge = createJudge(learner.document().functions.resize!);
    expect(judge.before(get(`other/${uuid(1)}`))).toHaveLength(1);
    expect(judge.before(aws('s3', 'PutObject', `arn:aws:s3:::files/${uuid(1)}`))).toMatchObject([
      { detector: 'action' },
    ]);
  });
});

describe('random names, of which one in twenty looks like a word with a number', () => {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';
  /** Ten letters and digits, as good as random. */
  const name = (n: number) =>
    Array.from({ length: 10 }, (_, i) => letters[Math.abs(Math.imul(n * 31 + i * 17 + 7, 2654435761) >> 9) % 36]).join(
      '',
    );
  const judge = (() => {
    const learner = createLearner();
    for (let n = 0; n < 1_500; n++) learner.observe(get(`reports/data/${name(n)}.json`, { invocation: `i-${n}` }));
    return createJudge(learner.document().functions.resize!);
  })();

  it('leave their place open for others like them', () => {
    for (let n = 2_000; n < 2_200; n++) expect(judge.before(get(`reports/data/${name(n)}.json`))).toEqual([]);
  });
  it.each(['index.php', 'id_rsa', `${'x'.repeat(3)}.json.sh`, '../secret.json'])('and for nothing else: %s', (one) => {
    expect(judge.before(get(`reports/data/${one}`))).toMatchObject([{ detector: 'resource', kind: 'scope' }]);
  });
});
