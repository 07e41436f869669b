import { existsSync } from 'node:fs';
import type { Call } from '../../baseline/call.ts';
import { CloudTrailEvents } from '../../baseline/cloudtrail.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { noRoomFor } from '../../baseline/review/no-room.ts';
import { saveBaselineFile } from '../../baseline/store/file.ts';
import { unnamedWork } from '../baseline/unnamed-work.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { Claims } from '../input/claims.ts';
import { readRecords } from '../input/records.ts';
import { type Source, sources } from '../input/source.ts';
import { type FromAthena, learnInAthena } from '../lake/learn-athena.ts';
import { type FromDuckDb, learnInDuckDb } from '../lake/learn-duckdb.ts';
import { costOf } from '../lake/price.ts';
import { Stopped } from '../lake/stop.ts';
import { fileName, JSON_OPTIONS, oneOf, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted, createProgress } from '../progress.ts';
import { exitCodeOf } from '../sensor/signals.ts';

const help = `Makes a baseline, what functions normally do, of what they have been seen to do.

Usage: rolefence learn --out FILE [options] [FILE…]
       rolefence learn --out FILE --athena DATABASE.TABLE [options]

Each FILE (a folder stands for the files below it; - or none is standard input; .gz is unpacked) holds
  Call records        one JSON object a line, as run and proxy write with --calls
  CloudTrail logs     as CloudTrail delivers them to a bucket, or as aws cloudtrail lookup-events prints them
  a function's log    as aws logs filter-log-events prints it, or as exported: what its sensor has learned there
What it is shows in the file. One baseline may hold several functions. Refused calls are never learned.
With --athena Athena counts, and only what calls amount to comes over the network: of a table of CloudTrail's logs, or
of Security Lake's CloudTrail source (version 2). With --engine duckdb DuckDB counts the same of CloudTrail's files, on
all cores. Counting knows no order of calls, and no company.

Options:
${table([
  ['--out FILE', 'where to write the baseline; what was there is replaced when the new one is whole'],
  ['--function NAME', 'whose calls those are that name no function'],
  ['--engine node|duckdb', 'what reads the files: node (default), or duckdb (npm install @duckdb/node-api)'],
  ['--athena [CATALOG.]DATABASE.TABLE', 'learn from this table, beside files if any are named'],
  [
    '--from, --to TIME',
    'with --athena or duckdb: which calls (ISO 8601); in Athena from 30 days before the end or now, unless told otherwise',
  ],
  ['--workgroup NAME', 'with --athena: where the query runs (primary)'],
  ['--output s3://BUCKET/PREFIX', 'with --athena: where its results go, unless the workgroup says so'],
  ['--json', 'print what was read as {"out","calls","unnamed","functions"}, with --athena "lake" too'],
  ['--help', 'this text'],
])}

Examples:
  rolefence learn --out b.json calls.jsonl more-calls.jsonl.gz
  rolefence learn --out b.json AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/
  aws logs filter-log-events --log-group-name /aws/lambda/resize --filter-pattern '"rolefence"' | rolefence learn --out b.json -
  rolefence learn --out b.json --athena security.cloudtrail_logs --from 2026-11-01 --output s3://athena-results/rolefence
`;

const OPTIONS = {
  out: { type: 'string' },
  function: { type: 'string' },
  engine: { type: 'string' },
  athena: { type: 'string' },
  workgroup: { type: 'string' },
  output: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  ...JSON_OPTIONS,
} as const;

/** Documents out of logs are joined so many at a time: a log of a year holds thousands. */
const JOINED_AT = 32;

/** What a person will read of that. */
const MOST_DOUBTS = 10;

export const learn: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('learn', args, OPTIONS);
    if (values.out === undefined) throw new UsageError('--out FILE is missing: where the baseline is to be written');
    const out = fileName('--out', values.out);
    const name = values.function ?? null;
    if (name === '') throw new UsageError('--function needs a name');
    const { athena } = values;
    const counts = oneOf('--engine', values.engine ?? 'node', ['node', 'duckdb']) === 'duckdb';
    for (const option of ['workgroup', 'output', 'from', 'to'] as const) {
      const spans = option === 'from' || option === 'to';
      if (values[option] !== undefined && athena === undefined && !(spans && counts))
        throw new UsageError(`--${option} is for --athena${spans ? ' and --engine duckdb' : ''} only`);
    }
    const files = athena !== undefined && positionals.length === 0 ? [] : sources(positionals);
    const read = await fromFiles(counts ? [] : files, name);
    let lake: FromAthena | null = null;
    let local: FromDuckDb | null = null;
    try {
      if (counts && files.length > 0) local = await learnInDuckDb(files, values);
      if (athena !== undefined) lake = await learnInAthena({ ...values, athena }, Date.now());
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      const stopped = athena === undefined ? '' : ' the query in Athena is stopped, and';
      say(`rolefence learn: ended;${stopped} ${out} stays as it is`);
      return exitCodeOf(error.signal);
    }
    const found = [...read.documents, ...[local, lake].flatMap((one) => one?.document ?? [])].filter(holdsAny);
    const document = found.length === 1 ? found[0]! : mergeBaselines(found);
    const functions = Object.keys(document.functions);
    if (lake !== null) say(`rolefence learn: ${lakeText(lake)}`);
    if (functions.length === 0 && existsSync(out)) {
      throw new UsageError(`nothing was found to learn from: ${out} stays as it is`);
    }
    await saveBaselineFile(out, document);
    for (const [name, learned] of Object.entries(document.functions)) {
      const [first, ...more] = noRoomFor(learned);
      const others = more.length === 0 ? '' : ` (and ${more.length} more: rolefence baseline coverage ${out})`;
      if (first !== undefined) say(`rolefence learn: warning: ${name}: ${first}${others}`);
    }
    const doubtful = [...unnamedWork(document), ...read.strangers];
    for (const one of doubtful.slice(0, MOST_DOUBTS)) say(`rolefence learn: warning: ${one}`);
    if (doubtful.length > MOST_DOUBTS)
      say(`rolefence learn: warning: and ${doubtful.length - MOST_DOUBTS} more of the kind`);

    const { unnamed } = read;
    const calls = read.calls + (local?.calls ?? 0) + (lake?.calls ?? 0);
    if (unnamed > 0) {
      say(`rolefence learn: ${counted(unnamed, 'call')} left out: no function is named (--function NAME names it)`);
    }
    if (functions.length === 0) say(`rolefence learn: nothing was found to learn from: ${out} holds no function`);
    if (wantsJson(values)) {
      const { groups, scannedBytes, span } = lake ?? {};
      await print(
        `${JSON.stringify({ out, calls, unnamed, functions, ...(lake === null ? {} : { lake: { groups, scannedBytes, ...span } }) })}\n`,
      );
    } else if (functions.length > 0) {
      const whose = functions.length === 1 ? functions[0] : counted(functions.length, 'function');
      say(`rolefence learn: ${out} holds what ${whose} did${calls === 0 ? '' : ` in ${counted(calls, 'call')}`}`);
    }
    return 0;
  },
};

const holdsAny = ({ functions }: BaselineDocument): boolean => Object.keys(functions).length > 0;

interface FromFiles {
  readonly documents: readonly BaselineDocument[];
  readonly calls: number;
  /** Calls of no function. */
  readonly unnamed: number;
  /** Files that hold calls of another's function, a sentence each. */
  readonly strangers: readonly string[];
}

async function fromFiles(files: readonly Source[], name: string | null): Promise<FromFiles> {
  const total = files.some(({ size }) => size === null) ? null : files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  const learner = createLearner();
  const progress = createProgress(process.stderr);
  let calls = 0;
  let unnamed = 0;
  let documents: BaselineDocument[] = [];
  let before = 0;
  const trail = new CloudTrailEvents();
  const claims = new Claims();
  const note = (call: Call): void => {
    if (call.function === null && name === null) {
      unnamed++;
      return;
    }
    calls++;
    learner.observe(call.function === null ? { ...call, function: name } : call);
  };
  try {
    for (const source of files) {
      let read = 0;
      const claimed = claims.file(source.name);
      await readRecords(source, {
        trail,
        ids: false,
        call(call) {
          if (call.function !== null) claimed.add(call.function);
          note(call);
        },
        event: note,
        learned(document) {
          documents.push(document);
          if (documents.length >= JOINED_AT) documents = [mergeBaselines(documents)];
        },
        piece(bytes) {
          read = bytes;
          progress.show(before + bytes, total, () => counted(calls, 'call'));
        },
      });
      before += source.size ?? read;
    }
  } finally {
    progress.clear();
  }
  return { documents: [learner.document(), ...documents], calls, unnamed, strangers: claims.strangers() };
}

const lakeText = ({ scannedBytes, groups, span: { from, to } }: FromAthena): string =>
  `Athena: ${costOf(scannedBytes)}; calls from ${from} to ${to ?? 'now'} in ${counted(groups, 'group')}`;
