import { readFileSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseBaseline } from '../../baseline/model/read.ts';
import { call, intrusion, jsonl, ordinary } from './calls.ts';
import { rolefence, sentence, testFolder } from './tool.ts';

const folder = testFolder();
const learned = (path: string) => parseBaseline(readFileSync(path, 'utf8'), path).functions;

/** One CloudTrail event of a function's session. */
const event = (over: object = {}) => ({
  eventVersion: '1.08',
  userIdentity: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/resize-role/resize',
    accountId: '111122223333',
    accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  },
  eventTime: '2026-01-01T00:00:00Z',
  eventSource: 's3.amazonaws.com',
  eventName: 'GetObject',
  awsRegion: 'us-east-1',
  requestParameters: { bucketName: 'photos', key: '1.jpg' },
  eventType: 'AwsApiCall',
  eventID: 'e-1',
  ...over,
});

describe('rolefence learn', () => {
  it('reads Call records, packed or not, from files, folders and standard input, with one result', async () => {
    const calls = ordinary(40);
    const whole = folder.write('whole.jsonl', jsonl(calls));
    const half = folder.write('half.jsonl.gz', gzipSync(jsonl(calls.slice(0, 20))));
    const results = await Promise.all([
      rolefence(['learn', '--out', folder.at('a.json'), whole]),
      rolefence(['learn', '--out', folder.at('b.json'), half, '-'], { input: jsonl(calls.slice(20)) }),
      rolefence(['learn', '--out', folder.at('c.json')], { input: gzipSync(jsonl(calls)) }),
    ]);
    expect(results.map(({ code, stdout }) => [code, stdout])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    expect(folder.read('b.json')).toBe(folder.read('a.json'));
    expect(folder.read('c.json')).toBe(folder.read('a.json'));
    expect(Object.keys(learned(folder.at('a.json')).resize!.actions)).toEqual(['s3:GetObject']);
  });

  it('keeps functions apart, never learns a refused call, and says how many calls name no function', async () => {
    const file = folder.write(
      'mixed.jsonl',
      jsonl([
        call(),
        call({ function: 'other' }),
        { ...intrusion, verdict: 'block', status: null },
        call({ function: null }),
      ]),
    );
    const ended = await rolefence(['learn', '--json', '--out', folder.at('mixed.json'), file]);
    expect(JSON.parse(ended.stdout)).toEqual({
      out: folder.at('mixed.json'),
      calls: 3,
      unnamed: 1,
      functions: ['other', 'resize'],
    });
    expect(ended.stderr).toContain('1 call left out: no function is named (--function NAME names it)');
    const { resize } = learned(folder.at('mixed.json'));
    expect(Object.keys(resize!.actions['s3:GetObject']!.resources)).toEqual(['arn:aws:s3:::photos/1.jpg']);
  });

  it('tells what it has learned by a name that nobody knows, and merging tells it too', async () => {
    const strange = [
      call({
        service: 'qbusiness',
        operation: null,
        certainty: 'unknown',
        access: [{ action: 'qbusiness:*', resources: ['*'] }],
      }),
      call({
        service: 's3',
        operation: 'GetObjekt',
        access: [{ action: 's3:GetObjekt', resources: ['arn:aws:s3:::photos/1'] }],
      }),
    ];
    const learnt = await rolefence(['learn', '--out', folder.at('strange.json')], {
      input: jsonl([...ordinary(4), ...strange]),
    });
    const merged = await rolefence([
      'baseline',
      'merge',
      folder.at('strange.json'),
      '--out',
      folder.at('strange-2.json'),
    ]);
    for (const { code, stderr } of [learnt, merged]) {
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /warning: resize made calls that no catalog knows: any call of qbusiness:\* that has no name passes/,
      );
      expect(stderr).toMatch(/warning: resize is said to have used what IAM does not have: s3:GetObjekt/);
    }
    const usual = await rolefence(['learn', '--out', folder.at('usual.json')], { input: jsonl(ordinary(4)) });
    expect(usual.stderr).not.toContain('warning');
  });

  it('says which file of another function, or of nobody, holds calls of a function that has a file of its own, whatever else is read', async () => {
    const own = folder.write('own.jsonl', jsonl(ordinary(20)));
    const others = ordinary(40).map((one) => ({ ...one, function: 'pay' }));
    const pay = folder.write('pay.jsonl', jsonl([...others, ...ordinary(1)]));
    const invented = ordinary(40).map((one) => ({ ...one, function: 'invented' }));
    const mixed = folder.write('mixed.jsonl', jsonl([...others, ...invented, ...ordinary(1)]));
    const { stderr } = await rolefence(['learn', '--out', folder.at('claimed.json'), own, mixed, pay]);
    expect(stderr.match(/warning: .*/g)).toEqual([
      expect.stringMatching(
        /mixed\.jsonl, which is no one function's, holds \d+ calls of pay, which has a file of its own/,
      ),
      expect.stringMatching(/mixed\.jsonl, which is no one function's, holds \d+ calls? of resize, which has a file/),
      expect.stringMatching(/pay\.jsonl, which is pay's but for that, holds \d+ calls? of resize/),
    ]);
    const trail = folder.write('trail.json', JSON.stringify({ Records: [event()] }));
    const { stderr: silent } = await rolefence(['learn', '--out', folder.at('claimed.json'), own, trail]);
    expect(silent).not.toContain('warning');
  });

  it('gives calls without a function the name that it is told', async () => {
    const input = jsonl([call({ function: null })]);
    await rolefence(['learn', '--out', folder.at('named.json'), '--function', 'resize'], { input });
    expect(Object.keys(learned(folder.at('named.json')))).toEqual(['resize']);
  });

  it('reads CloudTrail logs: a document, a folder as CloudTrail writes it, one event a line, and lookup-events', async () => {
    const document = `${JSON.stringify({ Records: [event(), event({ eventType: 'AwsServiceEvent' })] }, null, 1)}`;
    const { mkdirSync } = await import('node:fs');
    mkdirSync(folder.at('AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/01'), { recursive: true });
    mkdirSync(folder.at('AWSLogs/111122223333/CloudTrail-Digest'), { recursive: true });
    folder.write('AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/01/a.json.gz', gzipSync(document));
    folder.write('AWSLogs/111122223333/CloudTrail-Digest/digest.json.gz', gzipSync('not a log'));
    const lookup = { Events: [{ EventId: '1', CloudTrailEvent: JSON.stringify(event()) }] };
    const inputs = { document, lines: jsonl([event()]), lookup: JSON.stringify(lookup) };
    const outs = Object.keys(inputs).map((name) => folder.at(`${name}.trail.json`));
    await Promise.all(Object.entries(inputs).map(([, input], i) => rolefence(['learn', '--out', outs[i]!], { input })));
    await rolefence(['learn', '--out', folder.at('folder.trail.json'), folder.at('AWSLogs')]);
    for (const out of [...outs, folder.at('folder.trail.json')]) {
      expect(Object.keys(learned(out).resize!.actions['s3:GetObject']!.resources)).toEqual([
        'arn:aws:s3:::photos/1.jpg',
      ]);
    }
  });

  it('finds what a sensor has learned in an exported log, whatever stands around it', async () => {
    await rolefence(['learn', '--out', folder.at('delta.json')], { input: jsonl(ordinary(12)) });
    const line = JSON.stringify({ rolefence: { learned: JSON.parse(folder.read('delta.json')) } });
    const logs = {
      plain: `START RequestId: 1\n2026-01-01T00:00:00Z ${line}\nEND RequestId: 1\n`,
      json: `${JSON.stringify({ level: 'INFO', message: 'hello' })}\nREPORT\n${line}\n`,
      filter: JSON.stringify(
        { events: [{ logStreamName: 'a', message: `${line}\n` }], searchedLogStreams: [] },
        null,
        2,
      ),
      subscription: JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents: [{ id: '1', message: line }] }),
    };
    for (const [name, input] of Object.entries(logs)) {
      const ended = await rolefence(['learn', '--out', folder.at(`${name}.json`)], { input });
      expect(ended.code, name).toBe(0);
      expect(folder.read(`${name}.json`), name).toBe(folder.read('delta.json'));
    }
  });

  it('writes an empty baseline for an empty input, and says so', async () => {
    const ended = await rolefence(['learn', '--out', folder.at('empty.json')], { input: '' });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).toContain('nothing was found to learn from');
    expect(learned(folder.at('empty.json'))).toEqual({});
  });

  it('leaves the old baseline where the new one cannot be made', async () => {
    folder.write('kept.json', 'what was there');
    const broken = folder.write('broken.jsonl', `${jsonl([call()])}{"service":"s3",\n`);
    expect(sentence(await rolefence(['learn', '--out', folder.at('kept.json'), broken]))).toContain(
      `${broken}:2: not valid JSON`,
    );
    expect(folder.read('kept.json')).toBe('what was there');
    expect(sentence(await rolefence(['learn', '--out', folder.at('no/such/b.json'), '-']))).toContain(
      'cannot be written',
    );
  });

  it('needs --out, and makes it readable for those who review it', async () => {
    expect(sentence(await rolefence(['learn', 'x.jsonl']))).toContain('--out FILE is missing');
    expect(statSync(folder.at('a.json')).mode & 0o777).toBe(0o644);
  });
});
