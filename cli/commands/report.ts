import { randomBytes } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Command } from '../command.ts';
import { fileProblem, UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson, wholeNumber } from '../options.ts';
import { print, say } from '../output.ts';
import { counted, createProgress } from '../progress.ts';
import { attention, levelOf, nextSteps, total } from '../report/attention.ts';
import type { ReportData } from '../report/data.ts';
import { type Inputs, load } from '../report/load.ts';
import { page } from '../report/page/page.ts';
import { serve, stateOf } from '../report/serve.ts';

const help = `One HTML file about your functions: what each may do and does, findings, calls, coverage, unused permissions, and what to do next. It loads
nothing from anywhere, prints well, and can be read by keyboard and screen reader.

Usage: rolefence report [--baseline FILE] [--findings FILE] [--calls FILE] [--role-policy FILE] --out FILE
       rolefence report […] --serve

Options:
${table([
  ['--baseline FILE', 'what is normal: scope and coverage'],
  ['--findings FILE', 'findings as run, proxy and replay write them; may be repeated'],
  ['--calls FILE', 'Call records or CloudTrail logs; may be repeated, folders too'],
  ['--role-policy FILE', 'the policy of the role, for every function; NAME=FILE for one; may be repeated'],
  ['--function NAME', 'only this function; may be repeated'],
  ['--out FILE', 'where to write the report (- is standard output)'],
  ['--serve', 'show it on loopback and follow the files as they grow, until interrupted'],
  ['--port N', 'port of --serve (default: any free one)'],
  ['--json', 'the figures of every function on standard output as JSON, the worst first'],
  ['--help', 'this text'],
])}

Exit codes: 0 done; 2 usage or bad input.

Examples:
  rolefence report --baseline rolefence.json --findings findings.jsonl --calls calls.jsonl --out report.html
  rolefence report --baseline rolefence.json --role-policy resize=policy.json --out report.html
  rolefence report --findings findings.jsonl --calls calls.jsonl --serve
`;

const OPTIONS = {
  baseline: { type: 'string' },
  findings: { type: 'string', multiple: true },
  calls: { type: 'string', multiple: true },
  'role-policy': { type: 'string', multiple: true },
  function: { type: 'string', multiple: true },
  out: { type: 'string' },
  serve: { type: 'boolean' },
  port: { type: 'string' },
  ...JSON_OPTIONS,
} as const;

/** Mail and ticket systems take ten megabytes; the rest is for what stands around it. */
const LIMIT = 9_500_000;

export const report: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('report', args, OPTIONS);
    if (positionals.length > 0)
      throw new UsageError(
        `${positionals[0]} is not expected here: files are given by option (--calls, --findings, …)`,
      );
    const inputs: Inputs = {
      baseline: values.baseline ?? null,
      findings: values.findings ?? [],
      calls: values.calls ?? [],
      policies: values['role-policy'] ?? [],
      functions: values.function ?? [],
    };
    if (inputs.baseline === null && inputs.findings.length === 0 && inputs.calls.length === 0)
      throw new UsageError('nothing to report on: give --baseline, --findings or --calls');
    if (values.out === undefined && values.serve !== true && !wantsJson(values))
      throw new UsageError('--out FILE is missing: where to write the report (or --serve to show it)');
    if (values.serve === true && (values.out !== undefined || wantsJson(values)))
      throw new UsageError('--serve shows the report and writes nothing: without --out and --json');
    if (values.serve === true)
      return live(inputs, values.port === undefined ? 0 : wholeNumber('--port', values.port, 65_535));
    const data = await load(inputs, new Date(), createProgress(process.stderr), false);
    if (wantsJson(values)) await print(`${JSON.stringify(figures(data), null, 2)}\n`);
    if (values.out === undefined) return 0;
    const html = page(data, { live: null, limit: LIMIT });
    if (values.out === '-') await print(html);
    else {
      write(fileName('--out', values.out), html);
      const found =
        data.functions.length === 0
          ? 'no function: none of its inputs names one'
          : counted(data.functions.length, 'function');
      say(`rolefence report: ${values.out} shows ${found}`);
    }
    return 0;
  },
};

/** Beside the target, then renamed: never half a report. It says what functions do: mode 0600. */
function write(path: string, html: string): void {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(temporary, html, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new UsageError(`--out: ${path} cannot be written (${fileProblem(cause)})`, { cause });
  }
}

async function live(inputs: Inputs, port: number): Promise<number> {
  const names = [
    inputs.baseline,
    ...inputs.findings,
    ...inputs.calls,
    ...inputs.policies.map((one) => one.replace(/^[\w-]+=/, '')),
  ].filter((name) => name !== null);
  if (names.includes('-')) throw new UsageError('--serve follows files: - cannot be followed');
  const quiet = { show() {}, say() {}, clear() {} };
  const shown = await serve(
    port,
    () => stateOf(names),
    async (state) => page(await load(inputs, new Date(), quiet, true), { live: state, limit: LIMIT }),
  );
  say(`rolefence report: live at ${shown.url} (Ctrl+C ends it)`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await shown.close();
  return 0;
}

const figures = ({ made, functions }: ReportData) => ({
  made,
  functions: functions
    .map((one) => ({ one, score: attention(one) }))
    .sort((a, b) => b.score - a.score || (a.one.name < b.one.name ? -1 : 1))
    .map(({ one }) => ({
      function: one.name,
      state: levelOf(one),
      findings: total(one.findings, 'findings').count,
      blocked: total(one.findings, 'findings').blocked,
      notices: total(one.findings, 'notices').count,
      calls: one.calls?.count ?? null,
      bytesOut: one.calls?.bytesOut ?? null,
      bytesIn: one.calls?.bytesIn ?? null,
      unused: one.policy?.unused ?? null,
      distance: one.policy?.distance ?? null,
      alertReady: one.ready === null ? null : one.ready !== 'learning',
      blockReady: one.ready === null ? null : one.ready === 'block',
      next: nextSteps(one).map(({ text }) => text),
    })),
});
