import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GroupLearner } from '../../baseline/cloudtrail-groups.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { BASELINE_FILE } from '../../baseline/store/packed.ts';
import { InputError, UsageError } from '../errors.ts';
import { readRecords } from '../input/records.ts';
import type { Source } from '../input/source.ts';
import { readText } from '../input/whole.ts';
import { counted, createProgress, type Progress } from '../progress.ts';
import { DUCKDB, DuckDb, inDuckDb } from './duckdb.ts';
import { eventsIn } from './layouts.ts';
import { callQuery, groupQuery } from './query.ts';
import { groupOf } from './rows.ts';
import { type Span, type SpanOptions, spanOf } from './span.ts';
import { stoppable } from './stop.ts';
import { batches, TRAIL, type TrailFile, trailFile, trailOf } from './trail-files.ts';

export interface FromDuckDb {
  readonly document: BaselineDocument;
  /** Events that were counted: one for each action that they need. */
  readonly calls: number;
  readonly groups: number;
  readonly span: Span;
}

/** What bounds memory. */
export interface Limits {
  /** DuckDB's own. */
  readonly memoryBytes: number;
  /** Of files that are read in one go, unpacked. */
  readonly batchBytes: number;
  /** Calls that are grouped in one go, if they are of several functions. */
  readonly callsAtOnce: number;
}

const LIMITS: Limits = { memoryBytes: 2 ** 30, batchBytes: 2 ** 27, callsAtOnce: 200_000 };

/**
 * Learns from files of CloudTrail's by counting in DuckDB, on all cores: the same query and the same baseline as with Athena. In two steps, so that memory is bounded: calls are read out of
 * files batch by batch, then grouped by shares of the functions; between the two they lie in DuckDB, and what of them does not fit into memory in a folder of its own.
 */
export function learnInDuckDb(sources: readonly Source[], options: SpanOptions, limits = LIMITS): Promise<FromDuckDb> {
  const span = spanOf(options);
  const files = sources.map(({ path, ...source }) => {
    if (path === null) throw new UsageError('--engine duckdb reads files and folders, not standard input');
    return trailFile({ path, ...source });
  });
  return stoppable(async (stop) => {
    const overflow = mkdtempSync(join(tmpdir(), 'rolefence-duckdb-'));
    const progress = createProgress(process.stderr);
    let db: DuckDb | null = null;
    try {
      db = await DuckDb.open({ threads: availableParallelism(), memoryBytes: limits.memoryBytes, overflow });
      stop.addEventListener('abort', () => db?.interrupt());
      const calls = await readCalls(db, files, span, { stop, progress, limits });
      return { ...(await learnGroups(db, calls, { stop, progress, limits }).catch(outOfMemory)), span };
    } finally {
      progress.clear();
      db?.close();
      rmSync(overflow, { recursive: true, force: true });
    }
  });
}

interface Around {
  readonly limits: Limits;
  readonly stop: AbortSignal;
  readonly progress: Progress;
}

/** Fills the table `calls`; gives how many there are. */
async function readCalls(
  db: DuckDb,
  files: readonly TrailFile[],
  span: Span,
  { stop, progress, limits }: Around,
): Promise<number> {
  const query = inDuckDb(callQuery(eventsIn(TRAIL, span)));
  const look = (some: readonly TrailFile[]) => db.run(`CREATE OR REPLACE TEMP VIEW trail AS ${trailOf(some)}`);
  const read = async (some: readonly TrailFile[]): Promise<number> => {
    stop.throwIfAborted();
    await look(some);
    return db.run(`INSERT INTO calls ${query}`);
  };
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  let calls = 0;
  const misnamed = files.find(({ path, packed }) => !packed && /\.gz$/i.test(path));
  if (misnamed !== undefined) throw await faultOf(misnamed, null);
  await look(files.slice(0, 1));
  await db.run(`CREATE TABLE calls AS SELECT * FROM (${query}) LIMIT 0`);
  for (const batch of batches(files, limits.batchBytes)) {
    try {
      calls += await read(batch);
    } catch {
      // Nothing of them was taken. One by one it shows which it is, or that they were only too many at once.
      for (const file of batch) {
        calls += await read([file]).catch(async (error) => {
          stop.throwIfAborted();
          throw await faultOf(file, error);
        });
      }
    }
    done += batch.reduce((sum, { bytes }) => sum + bytes, 0);
    progress.show(done, total, () => `${counted(calls, 'call')}`);
  }
  return calls;
}

async function learnGroups(
  db: DuckDb,
  calls: number,
  { stop, progress, limits }: Around,
): Promise<Omit<FromDuckDb, 'span'>> {
  const parts = Math.max(1, Math.ceil(calls / limits.callsAtOnce));
  if (parts > 1) {
    // All calls of a function lie in one part: what is counted of them is counted over all
    await db.run(`CREATE TABLE parted AS SELECT *, hash(fn) % ${parts} AS part FROM calls ORDER BY part`);
    await db.run('DROP TABLE calls');
  }
  const learner = new GroupLearner();
  let groups = 0;
  let events = 0;
  for (let part = 0; part < parts; part++) {
    stop.throwIfAborted();
    const calls = parts === 1 ? 'calls' : `(SELECT * EXCLUDE (part) FROM parted WHERE part = ${part})`;
    for await (const row of db.query(groupQuery(`SELECT * FROM ${calls}`, DUCKDB))) {
      const counted = groupOf(row);
      learner.add(counted.group);
      groups++;
      events += counted.events;
    }
    progress.show(part + 1, parts, () => counted(groups, 'group of calls', 'groups of calls'));
  }
  return { document: learner.document(), calls: events, groups };
}

/** What our own reader says of a file that DuckDB would not read: it names the place. DuckDB's words are not repeated, they may quote what stands there. */
async function faultOf(file: TrailFile, error: unknown): Promise<unknown> {
  await readRecords({ name: file.name, path: file.path, size: file.bytes }, { call() {}, learned() {} });
  if (isOutOfMemory(error))
    return new InputError(file.name, null, `it is too large for DuckDB in 1 GiB of memory (${WITHOUT})`);
  const half = readText(file.path, 'a log of CloudTrail (JSON)', BASELINE_FILE)
    .split('\n')
    .findIndex((line) => HALF.test(line));
  if (half >= 0)
    return new InputError(
      file.name,
      half + 1,
      `it names something with half a character, a lone surrogate (${WITHOUT})`,
    );
  return new InputError(
    file.name,
    null,
    `it is not as CloudTrail delivers its logs, one document {"Records":[…]} on a line (${WITHOUT})`,
  );
}

/** Of a pair of escapes in JSON one without the other. */
const HALF = /\\u[Dd][89ABab][\dA-Fa-f]{2}(?!\\u[Dd][C-Fc-f])|(?<!\\u[Dd][89ABab][\dA-Fa-f]{2})\\u[Dd][C-Fc-f]/;

const WITHOUT = 'it can be learned from without --engine duckdb';

const isOutOfMemory = (error: unknown): boolean => error instanceof Error && error.message.startsWith('Out of Memory');

function outOfMemory(error: unknown): never {
  // Its own words may quote what stands in the logs
  if (error instanceof Error && /^[A-Z]\w+(?: \w+)* Error: /.test(error.message))
    throw new UsageError(`DuckDB cannot count these logs (${WITHOUT})`, { cause: error });
  if (!isOutOfMemory(error)) throw error;
  throw new UsageError(
    'these are too many calls of one function for DuckDB in 1 GiB of memory: cut them by --from and --to at whole minutes, and add the parts up with rolefence baseline merge',
    { cause: error },
  );
}
