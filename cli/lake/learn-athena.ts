import { GroupLearner } from '../../baseline/cloudtrail-groups.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { UsageError } from '../errors.ts';
import { counted, createProgress } from '../progress.ts';
import { Athena } from './athena.ts';
import { eventsIn } from './layouts.ts';
import { costOf } from './price.ts';
import { callQuery, groupQuery } from './query.ts';
import { groupOf } from './rows.ts';
import { type Span, type SpanOptions, secondOf, spanOf } from './span.ts';
import { stoppable } from './stop.ts';

/** What is to be learned from, as the options say it. */
export interface AthenaOptions extends SpanOptions {
  readonly athena: string;
  readonly workgroup?: string | undefined;
  readonly output?: string | undefined;
}

export interface FromAthena {
  readonly document: BaselineDocument;
  /** Events that the query counted: one for each action that they need. */
  readonly calls: number;
  /** Rows that came over the network. */
  readonly groups: number;
  readonly scannedBytes: number;
  readonly span: Span;
}

/** Counting is Athena's work; only groups come over the network. `now`: milliseconds. */
export function learnInAthena(options: AthenaOptions, now: number): Promise<FromAthena> {
  const { catalog, database, table } = tableName(options.athena);
  const { from, to } = spanOf(options);
  const span = { from: from ?? secondOf((to === null ? now : Date.parse(to)) - DAYS * DAY), to };
  const output = outputOf(options.output);
  return stoppable(async (stop) => {
    const athena = new Athena({ catalog, database, workgroup: options.workgroup ?? 'primary', output });
    const progress = createProgress(process.stderr);
    const learner = new GroupLearner();
    let groups = 0;
    let calls = 0;
    let scannedBytes = 0;
    try {
      const sql = groupQuery(callQuery(eventsIn(await athena.table(table), span)));
      const rows = athena.query(sql, stop, (query) => {
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
    } finally {
      progress.clear();
      athena.close();
    }
  });
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
