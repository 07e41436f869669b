import type { Call } from '../../baseline/call.ts';
import { CloudTrailEvents } from '../../baseline/cloudtrail.ts';
import type { Finding } from '../../baseline/finding.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { loadBaselineFile } from '../../baseline/store/file.ts';
import { type Config, readConfig } from '../../extension/config.ts';
import { createGuard, type Guard, type Late } from '../../extension/guard/guard.ts';
import type { Rule } from '../../extension/guard/rules.ts';
import { problemText } from '../../extension/setting-problem.ts';
import type { Command } from '../command.ts';
import { InputError, UsageError } from '../errors.ts';
import { findingFormat, findingWriter } from '../finding-format.ts';
import { table } from '../help.ts';
import { readRecords } from '../input/records.ts';
import { sources } from '../input/source.ts';
import { fileName, oneOf, parseOptions } from '../options.ts';
import { Lines, say } from '../output.ts';
import { OutputFile } from '../output-file.ts';
import { counted, createProgress } from '../progress.ts';

const help = `Holds recorded calls against a baseline and prints every finding, in the order in which they showed it. No network is used.

Usage: rolefence replay --baseline FILE [options] [FILE…]

Each FILE (a folder stands for the files below it; - or none is standard input; .gz is unpacked) holds Call records or CloudTrail logs, as for
rolefence learn. Findings are neither deduplicated nor budgeted. In block mode a call that is refused changes nothing for the calls after it.

Options:
${table([
  ['--baseline FILE', 'what is normal'],
  ['--mode alert|block', 'alert (default) tells; block also says what would have been refused'],
  ['--calls FILE', 'write the calls with their verdicts there, as JSON Lines'],
  ['--format FORMAT', 'finding (default), ocsf or asff'],
  ['--function NAME', 'whose calls those are that name no function (default: the only one in the baseline)'],
  ['--rules FILE', 'the rules that stand above what was learned (default: ROLEFENCE_RULES)'],
  ['--json', 'the output is JSON Lines with and without it (as --format json)'],
  ['--help', 'this text'],
])}

ROLEFENCE_ON_FAILURE and ROLEFENCE_NEW_VERSION hold as they do in Lambda.

Exit codes: 0 no findings; 1 findings; 2 usage or bad input.

Examples:
  rolefence replay --baseline b.json calls.jsonl
  rolefence replay --baseline b.json --mode block --calls judged.jsonl calls.jsonl.gz | jq -r .reason
`;

const OPTIONS = {
  baseline: { type: 'string' },
  mode: { type: 'string' },
  calls: { type: 'string' },
  format: { type: 'string' },
  function: { type: 'string' },
  rules: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const replay: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('replay', args, OPTIONS);
    if (values.baseline === undefined)
      throw new UsageError('--baseline FILE is missing: what the calls are held against');
    const mode = oneOf('--mode', values.mode ?? 'alert', ['alert', 'block']);
    const write = await findingWriter(findingFormat(values.format));
    if (values.function === '') throw new UsageError('--function needs a name');
    const files = sources(positionals);
    const document = await loadBaselineFile(fileName('--baseline', values.baseline));
    const { config, problems } = readConfig(process.env);
    for (const problem of problems) say(`rolefence replay: warning: ${problemText(problem)}`);
    const rules = await rulesOf(values.rules === undefined ? config.rules : fileName('--rules', values.rules));
    const kept = values.calls === undefined ? null : new OutputFile('--calls', fileName('--calls', values.calls));
    const { judge, end } = createReplay(document, { ...config, mode }, rules, values.function ?? null);

    const out = new Lines(1);
    const progress = createProgress(process.stderr);
    const sizes = files.map(({ size }) => size);
    const total = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
    let calls = 0;
    let before = 0;
    let learned = 0;
    let unnamed = 0;
    const trail = new CloudTrailEvents();
    try {
      for (const source of files) {
        let read = 0;
        let own = 0;
        await readRecords(source, {
          trail,
          call(call) {
            calls++;
            own++;
            if (call.function === null) unnamed++;
            const { judged, findings } = judge(call);
            for (const finding of findings) out.write(write(finding, judged));
            kept?.write(JSON.stringify(judged));
          },
          learned() {
            learned++;
          },
          async piece(bytes) {
            read = bytes;
            progress.show(before + bytes, total, () => `${counted(calls, 'call')}, ${counted(out.count, 'finding')}`);
            await out.settle();
          },
        });
        before += source.size ?? read;
        if (own === 0 && learned > 0) {
          throw new InputError(source.name, null, 'a log of what a sensor has learned holds no calls to replay');
        }
      }
      for (const { call, findings } of end()) for (const finding of findings) out.write(write(finding, call));
    } finally {
      progress.clear();
      await out.flush();
      kept?.close();
    }
    if (calls === 0) say('rolefence replay: no calls were found in the input');
    else if (values.function !== undefined && unnamed === 0)
      say('rolefence replay: --function says nothing here: each call names its own function, and is held against that');
    if (kept !== null && kept.problem !== null) throw new UsageError(`--calls: ${kept.problem}`);
    if (process.stderr.isTTY) say(`rolefence replay: ${counted(calls, 'call')}, ${counted(out.count, 'finding')}`);
    return out.count > 0 ? 1 : 0;
  },
};

interface Replayed {
  readonly judged: Call;
  readonly findings: readonly Finding[];
}

/** Here a fault in them is bad input; in Lambda only what forbids would hold. */
async function rulesOf(path: string | null): Promise<readonly Rule[]> {
  if (path === null) return [];
  const { loadRules } = await import('../../extension/rules-file.ts');
  const { rules, problems } = await loadRules(path);
  if (rules === null || problems.length > 0) throw new UsageError(problems[0] ?? `${path} holds no rules`);
  return rules.rules;
}

/** One guard a function, as in Lambda, where no sensor ever sees two. */
function createReplay(
  document: BaselineDocument,
  config: Config,
  rules: readonly Rule[],
  named: string | null,
): { judge(call: Call): Replayed; end(): readonly Late[] } {
  const guards = new Map<string | null, Guard>();
  const names = Object.keys(document.functions);
  const otherwise = named ?? (names.length === 1 ? names[0]! : null);
  const guardOf = (name: string | null): Guard => {
    let guard = guards.get(name);
    if (guard === undefined) {
      if (guards.size >= MAX_GUARDS) guards.delete(guards.keys().next().value!);
      guard = createGuard(config);
      guard.arm(document, null);
      guard.rule(rules, null);
      guards.set(name, guard);
    }
    return guard;
  };
  return { judge, end: () => [...guards.values()].flatMap((guard) => guard.end()) };

  function judge(recorded: Call): Replayed {
    const call: Call = { ...recorded, function: recorded.function ?? otherwise, verdict: null };
    const guard = guardOf(call.function);
    const before = guard.before(call);
    if (before.verdict === 'block') return { judged: { ...call, ...REFUSED }, findings: before.findings };
    const after = guard.after({ ...call, verdict: before.verdict });
    const findings = after.findings.length === 0 ? before.findings : [...before.findings, ...after.findings];
    return { judged: { ...call, verdict: after.verdict }, findings };
  }
}

/** As the sensor records a call that it refused: nothing came of it. */
const REFUSED = {
  verdict: 'block',
  issuedAccessKeyId: null,
  bytesOut: null,
  bytesIn: null,
  status: null,
  errorCode: null,
  durationMs: null,
} as const satisfies Partial<Call>;

/** Names of functions are input. */
const MAX_GUARDS = 10_000;
