import { existsSync, mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sources } from '../../../cli/input/source.ts';
import { type Limits, learnInDuckDb } from '../../../cli/lake/learn-duckdb.ts';
import { rolefence, sentence, start, testFolder } from '../tool.ts';
import { anyEvents, type CloudTrailEvent, event } from './events.ts';
import { oneByOne } from './one-by-one.ts';

const folder = testFolder();

/** So little that a few events are many batches and many parts. */
const NARROW: Limits = { memoryBytes: 2 ** 28, batchBytes: 20_000, callsAtOnce: 40 };

let made = 0;

/** A trail's folder as it lies in a bucket: events in files as they were delivered, packed or not, and a digest beside them. */
function trail(files: readonly (readonly CloudTrailEvent[])[], packed: (file: number) => boolean = () => true): string {
  const root = folder.at(`trail[${made++}]`);
  const put = (name: string, content: string | Uint8Array) => {
    const path = join(root, 'AWSLogs/111122223333', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  for (const [i, Records] of files.entries()) {
    const text = JSON.stringify({ Records });
    const name = `CloudTrail/eu-west-1/2026/03/0${1 + (i % 9)}/it's ${i}.json`;
    if (packed(i)) put(`${name}.gz`, gzipSync(text));
    else put(name, text);
  }
  put('CloudTrail-Digest/eu-west-1/2026/03/01/digest.json.gz', gzipSync('{"digestS3Bucket":"logs"}'));
  return root;
}

const inFiles = (events: readonly CloudTrailEvent[], count: number): CloudTrailEvent[][] => {
  const files = Array.from({ length: count }, (): CloudTrailEvent[] => []);
  for (const [i, one] of events.entries()) files[(i * 7) % count]!.push(one);
  return files;
};

const reads = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    event({
      eventID: `e-${i}`,
      eventTime: `2026-03-02T10:${String(i % 60).padStart(2, '0')}:00Z`,
      requestParameters: { bucketName: 'photos', key: `raw/${i}.jpg` },
    }),
  );

describe('rolefence learn --engine duckdb', () => {
  it('says of a folder what learning event by event says, however it lies in files, batches and parts', async () => {
    await fc.assert(
      fc.asyncProperty(anyEvents, fc.integer({ min: 1, max: 12 }), async (events, count) => {
        const root = trail(inFiles(events, count), (i) => i % 3 !== 0);
        const { document } = await learnInDuckDb(sources([root]), {}, NARROW);
        expect(document).toEqual(oneByOne(events));
      }),
      { numRuns: 5 },
    );
  });

  it('takes no size that no object has, no day that there is not and no text behind a time, as learning event by event does', async () => {
    const sized = (eventID: string, bytesTransferredOut: unknown, eventTime = '2026-03-02T10:00:00Z') =>
      event({ eventID, eventTime, additionalEventData: { bytesTransferredOut, bytesTransferredIn: 12 } });
    const events = [
      ...[1e300, 9.2e18, 9.2e18, 9.2e18, -5, 2 ** 46, 7].map((bytes, i) => sized(`size-${i}`, bytes)),
      ...['2026-02-30T10:00:00Z', '2026-13-01T00:00:00Z', '2026-03-02T24:00:00Z', '2026-03-02T10:61:00Z'].map((time) =>
        sized(time, 1, time),
      ),
      sized('text', 1, '2026-03-02T10:00:00 or so'),
    ];
    const { document, calls } = await learnInDuckDb(sources([trail([events])]), {}, NARROW);
    expect(calls).toBe(7);
    expect(document).toEqual(oneByOne(events));
  });

  it('takes a span of time', async () => {
    const root = trail([reads(60)]);
    const { calls, span } = await learnInDuckDb(
      sources([root]),
      { from: '2026-03-02T10:10:00Z', to: '2026-03-02T10:20Z' },
      NARROW,
    );
    expect({ calls, span }).toEqual({ calls: 10, span: { from: '2026-03-02T10:10:00Z', to: '2026-03-02T10:20:00Z' } });
  });

  it('writes what learning from the files writes, but for order, hours and sample, and says how much it was', async () => {
    const root = trail(inFiles(reads(120), 4));
    const [counted, read] = [folder.at('counted.json'), folder.at('read.json')];
    const { stdout, ...ended } = await rolefence(['learn', '--engine', 'duckdb', '--out', counted, '--json', root]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ out: counted, calls: 120, unnamed: 0, functions: ['resize'] });
    await rolefence(['learn', '--out', read, root]);
    const { order, sample, several, repeats, hours, ages, ...rest } = JSON.parse(folder.read('read.json')).functions
      .resize;
    expect(JSON.parse(folder.read('counted.json')).functions.resize).toEqual({
      ...rest,
      order: { steps: [], follows: {} },
      sample: [],
    });
  });

  const whole = gzipSync(JSON.stringify({ Records: reads(3) }));
  it.each([
    ['cut off', whole.subarray(0, 100), 'the gzip data ends too early: the file is cut off'],
    ['of something else under this name', 'hello', 'it does not begin as gzip does, but its name ends in .gz'],
    ['empty', '', 'it is empty, but its name ends in .gz'],
    ['no JSON', gzipSync('hello\n{'), 'no Call record, CloudTrail event or line of a rolefence sensor was found in it'],
    ['cut off before it was packed', gzipSync('{"Records":[{"event'), /^:1: not valid JSON/],
    [
      'of Call records',
      gzipSync('{"service":"s3","operation":"GetObject"}\n'),
      /^it is not as CloudTrail delivers its logs/,
    ],
    [
      'with half a character',
      gzipSync(
        JSON.stringify({ Records: [event({ requestParameters: { bucketName: 'photos', key: 'a\ud83d.jpg' } })] }),
      ),
      ':1: it names something with half a character, a lone surrogate (it can be learned from without --engine duckdb)',
    ],
    [
      'of a document over many lines',
      gzipSync(JSON.stringify({ Records: reads(2) }, null, 2)),
      'it is not as CloudTrail delivers its logs, one document {"Records":[…]} on a line (it can be learned from without --engine duckdb)',
    ],
  ])('names a file that is %s, and leaves the old baseline', async (_, content, expected) => {
    const root = trail([reads(2), reads(3)]);
    const file = join(root, 'a broken one.json.gz');
    writeFileSync(file, content);
    const out = folder.write('kept.json', 'as it was');
    const said = sentence(await rolefence(['learn', '--engine', 'duckdb', '--out', out, root]));
    expect(said.startsWith(`rolefence learn: ${file}:`)).toBe(true);
    const fault = said.slice(`rolefence learn: ${file}`.length).replace(/^: /, '');
    if (typeof expected === 'string') expect(fault).toBe(expected);
    else expect(fault).toMatch(expected);
    expect(folder.read('kept.json')).toBe('as it was');
  });

  it('says how to install DuckDB where it is missing', async () => {
    const missing = folder.write(
      'missing.mjs',
      `import { registerHooks } from 'node:module';
       registerHooks({ resolve: (name, context, next) => next(name.startsWith('@duckdb/') ? 'no-such-package' : name, context) });`,
    );
    const env = { NODE_OPTIONS: `--import=${missing}` };
    const root = trail([reads(2)]);
    expect(
      sentence(await rolefence(['learn', '--engine', 'duckdb', '--out', folder.at('x.json'), root], { env })),
    ).toBe(
      'rolefence learn: DuckDB is not installed beside rolefence, or not for this platform: npm install @duckdb/node-api (with -g if rolefence is installed so)',
    );
    expect((await rolefence(['learn', '--out', folder.at('x.json'), root], { env })).code).toBe(0);
  });

  it.each([
    ['an engine that is none', ['--engine', 'spark'], "rolefence learn: --engine must be node or duckdb, not 'spark'"],
    [
      'standard input',
      ['--engine', 'duckdb', '-'],
      'rolefence learn: --engine duckdb reads files and folders, not standard input',
    ],
    [
      'a span without counting',
      ['--from', '2026-03-01'],
      'rolefence learn: --from is for --athena and --engine duckdb only',
    ],
  ])('refuses %s', async (_, args, expected) => {
    expect(sentence(await rolefence(['learn', '--out', folder.at('x.json'), ...args]))).toBe(expected);
  });

  it('ends on SIGTERM, leaves what was there, and nothing in the folder for what does not fit into memory', async () => {
    const temporary = folder.at('temporary');
    mkdirSync(temporary);
    const out = folder.write('kept.json', 'as it was');
    const root = trail(inFiles(reads(3_000), 40));
    const began = new Promise<void>((resolve) => {
      const watcher = watch(temporary, () => {
        watcher.close();
        resolve();
      });
    });
    const { child, ended } = start(['learn', '--engine', 'duckdb', '--out', out, root], { env: { TMPDIR: temporary } });
    await began;
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 143, stderr: `rolefence learn: ended; ${out} stays as it is\n` });
    expect(folder.read('kept.json')).toBe('as it was');
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync(root)).toBe(true);
  });
});
