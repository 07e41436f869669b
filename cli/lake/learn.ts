import { GroupLearner } from '../../baseline/cloudtrail-groups.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { UsageError } from '../errors.ts';
import { timeOption } from '../options.ts';
import { counted, createProgress } from '../progress.ts';
import { ENDING, takeSignals } from '../sensor/signals.ts';
import { Athena } from './athena.ts';
import { eventsIn, type Span } from './layouts.ts';
import { costOf } from './price.ts';
import { groupQuery } from './query.ts';
import { groupOf } from './rows.ts';

/** What is to be learned from, as the options say it. */
export interface LakeOptions {
  readonly athena: string;
  readonly workgroup?: string | undefined;
  readonly output?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface FromLake {
  readonly document: BaselineDocument;
  /** Events that the query counted: one for each action that they need. */
  readonly calls: number;
  /** Rows that came over the network. */
  readonly groups: number;
  readonly scannedBytes: number;
  readonly span: Span;
}

/** Somebody has ended the work; the query is stopped. */
export class Stopped extends Error {
  readonly signal: NodeJS.Signals;

  constructor(signal: NodeJS.Signals) {
    super(`ended by ${signal}`);
    this.name = 'Stopped';
    this.signal = signal;
  }
}

/** Counting is Athena's work; only groups come over the network. `now`: milliseconds. */
export async function learnFromLake(options: LakeOptions, now: number): Promise<FromLake> {
  const { catalog, database, table } = tableName(options.athena);
  const span = spanOf(options, now);
  const athena = new Athena({
    catalog,
    database,
    workgroup: options.workgroup ?? 'primary',
    output: outputOf(options.output),
  });
  const progress = createProgress(process.stderr);
  const stop = new AbortController();
  let ended: NodeJS.Signals | null = null;
  const release = takeSignals((signal) => {
    if (!ENDING.has(signal)) return;
    ended ??= signal;
    stop.abort();
  });
  const learner = new GroupLearner();
  let groups = 0;
  let calls = 0;
  let scannedBytes = 0;
  try {
    const sql = groupQuery(eventsIn(await athena.table(table), span));
    const rows = athena.query(sql, stop.signal, (query) => {
      scannedBytes = query.scannedBytes;
      progress.say(`Athena: ${query.state.toLowerCase()}, ${costOf(scannedBytes)}`);
    });
    for await (const row of rows) {
      const { group, events } = groupOf(row);
      learner.add(group);
      groups++;
      calls += events;
      progress.say(`Athena: ${costOf(scannedBytes)}, ${counted(groups, 'group')} of calls`);
    }
    return { document: learner.document(), calls, groups, scannedBytes, span };
  } catch (error) {
    throw ended === null ? error : new Stopped(ended);
  } finally {
    progress.clear();
    release();
    athena.close();
  }
}

/** `[CATALOG.]DATABASE.TABLE`. */
function tableName(text: string): { catalog: string; database: string; table: string } {
  const parts = text.split('.');
  if (parts.length < 2 || parts.length > 3 || parts.some((part) => !/^[\w/-]{1,255}$/.test(part)))
    throw new UsageError('--athena must be DATABASE.TABLE or CATALOG.DATABASE.TABLE');
  const [table, database, catalog = 'AwsDataCatalog'] = parts.reverse() as [string, string, string?];
  return { catalog, database, table };
}

function outputOf(value: string | undefined): string | null {
  if (value === undefined || /^s3:\/\/[a-z0-9.-]{3,63}(?:\/.*)?$/.test(value)) return value ?? null;
  throw new UsageError('--output must be s3://BUCKET/PREFIX: where Athena leaves its results');
}

const DAY = 86_400_000;
/** What is read is paid for: not everything there is, unless that is asked for. */
const DAYS = 30;

function spanOf(options: LakeOptions, now: number): Span {
  const seconds = (time: string): string => `${time.slice(0, 19)}Z`;
  const to = timeOption('--to', options.to);
  const from =
    timeOption('--from', options.from) ?? new Date((to === null ? now : Date.parse(to)) - DAYS * DAY).toISOString();
  if (to !== null && to <= from) throw new UsageError('--to must be later than --from');
  return { from: seconds(from), to: to === null ? null : seconds(to) };
}
