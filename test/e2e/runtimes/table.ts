import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../program.ts';
import { type RuntimeClient, WORK } from './clients.ts';

/** What one run has shown of a client. */
export interface Shown {
  readonly worked: boolean;
  /** The error that the SDK saw, at its first and only attempt. */
  readonly blocked: string | null;
  /** With sealed credentials. */
  readonly sealed: boolean | null;
}

const PAGE = join(ROOT, 'docs/runtimes.md');
const BEGIN = '<!-- table: ROLEFENCE_WRITE_DOCS=1 npx vitest run test/e2e/runtimes.test.ts -->';
const END = '<!-- end of table -->';

const YES = 'yes';
const NOT_RUN = 'not run';

/** What its program does not do. */
const NOT_TRIED = '–';

export function rowOf({ runtime, sdk, http, tools, work = WORK }: RuntimeClient, shown: Shown | undefined): string {
  const name = `| ${runtime} | ${sdk} | ${http} |`;
  if (tools.missing !== null) return `${name} ${NOT_RUN}: ${tools.missing} | | | | | |`;
  const worked = shown?.worked === true ? YES : 'no';
  const blocked = shown?.blocked == null ? 'no' : `${shown.blocked}, not retried`;
  const presigned = presigns(work) ? worked : NOT_TRIED;
  const streams = work.includes('PutObject') ? worked : NOT_TRIED;
  return `${name} ${worked} | ${worked} | ${blocked} | ${presigned} | ${streams} | ${shown?.sealed === true ? YES : 'no'} |`;
}

/** The second download is the one by a presigned URL. */
export const downloads = (work: readonly string[]): number =>
  work.filter((operation) => operation === 'GetObject').length;
const presigns = (work: readonly string[]): boolean => downloads(work) > 1;

/** Puts the rows where the page has its marks. */
export function writeTable(rows: readonly string[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`docs/runtimes.md has lost the marks of its table`);
  const head =
    '| runtime | SDK | HTTP client | intercepted | identified | blocked with | presigned URL | upload and download | sealed |\n|---|---|---|---|---|---|---|---|---|';
  const date = new Date().toISOString().slice(0, 10);
  const table = `${BEGIN}\nSeen on ${date}, ${process.platform} ${process.arch}.\n\n${head}\n${rows.join('\n')}\n${END}`;
  writeFileSync(PAGE, page.slice(0, from) + table + page.slice(to + END.length));
}
