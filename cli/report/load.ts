import { type Finding, SEVERITIES } from '../../baseline/finding.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import { parseBaseline } from '../../baseline/model/read.ts';
import { GrantedPolicies } from '../../baseline/policy/diff.ts';
import type { Policy } from '../../baseline/policy/document.ts';
import { BASELINE_FILE } from '../../baseline/store/packed.ts';
import { BASELINE } from '../baseline/read.ts';
import { InputError, UsageError } from '../errors.ts';
import { readLines } from '../input/lines.ts';
import { readRecords } from '../input/records.ts';
import { type Source, sources } from '../input/source.ts';
import { inputName, readWhole, textOf } from '../input/whole.ts';
import { readPolicyFile } from '../policy/read.ts';
import { counted, type Progress } from '../progress.ts';
import type { ReportData } from './data.ts';
import { Gatherer } from './gather.ts';
import { type StoredFunction, storedFunctions } from './stored-functions.ts';

export interface Inputs {
  readonly baseline: string | null;
  readonly findings: readonly string[];
  readonly calls: readonly string[];
  /** FILE for every function, or NAME=FILE. */
  readonly policies: readonly string[];
  readonly functions: readonly string[];
}

/** Reads everything anew. A live report's last line may still be on its way: `live` leaves it out. */
export async function load(inputs: Inputs, made: Date, progress: Progress, live: boolean): Promise<ReportData> {
  const baselines = inputs.baseline === null ? [] : functionsIn(inputs.baseline);
  const gatherer = new Gatherer();
  let calls = 0;
  for (const source of inputs.calls.flatMap((name) => sources([name]))) {
    await readRecords(source, {
      call(call) {
        calls++;
        gatherer.call(call);
      },
      learned() {},
      sight: (name, status) => gatherer.sight(name, status),
      finding: (value, { file, line }) => gatherer.finding(findingOf(value, file, line)),
      piece: (read) => progress.show(read, source.size, () => counted(calls, 'call')),
    });
  }
  for (const source of inputs.findings.flatMap((name) => sources([name]))) await readFindings(source, gatherer, live);
  progress.clear();
  const policyOf = policiesByName(inputs.policies);
  const wanted = inputs.functions.length === 0 ? null : new Set(inputs.functions.map(functionName));
  const all = gatherer.functions(baselines, policyOf);
  const functions = wanted === null ? all : all.filter(({ name }) => wanted.has(name));
  const unknown = [...(wanted ?? [])].find((name) => !functions.some((one) => one.name === name));
  if (unknown !== undefined) throw new UsageError(`no input has a function ${JSON.stringify(unknown)}`);
  return {
    sources: [
      ...(inputs.baseline === null ? [] : [inputs.baseline]),
      ...inputs.findings,
      ...inputs.calls,
      ...inputs.policies,
    ],
    made: made.toISOString(),
    functions,
  };
}

/** A fleet's document is large: no more of it is held as objects than one function. */
function functionsIn(name: string): readonly StoredFunction[] {
  const bytes = readWhole(name, BASELINE_FILE);
  const source = inputName(name);
  const whole = () => Object.entries(parseBaseline(textOf(bytes, source, BASELINE), source).functions);
  return storedFunctions(bytes, source) ?? whole().map(([key, baseline]) => ({ name: key, read: () => baseline }));
}

/** Findings as `replay` and `--findings` write them: one JSON object a line. */
async function readFindings(source: Source, gatherer: Gatherer, live: boolean): Promise<void> {
  let broken: InputError | null = null;
  await readLines(source, {
    line(text, number) {
      if (broken !== null) throw broken;
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (cause) {
        const isDocument = number === 1 && /^\s*\{\s*("format"\s*:.*)?$/.test(text);
        const what = isDocument
          ? 'one JSON document (a baseline?), not findings, of which each has a line of its own'
          : 'not valid JSON: a finding was expected';
        broken = new InputError(source.name, number, what, { cause });
        if (!live) throw broken;
        return;
      }
      gatherer.finding(findingOf(value, source.name, number));
    },
  });
}

/** A finding as `replay` writes it; every field is taken with care, for a log can hold anything. */
export function findingOf(value: unknown, file: string, line: number | null): Finding {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if ('class_uid' in fields || 'SchemaVersion' in fields)
    throw new InputError(file, line, 'this is a finding in another format: report reads --format finding');
  if (String(fields.format).startsWith('rolefence.baseline/'))
    throw new InputError(file, line, 'this is a baseline, not findings (--baseline takes it)');
  const { key, severity } = fields;
  if (typeof key !== 'string') throw new InputError(file, line, 'field key is missing, expected a finding');
  const known = SEVERITIES.find((one) => one === severity);
  if (known === undefined) throw new InputError(file, line, `field severity is not one of ${SEVERITIES.join(', ')}`);
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name] : null);
  const time = (name: string) => {
    const given = text(name);
    return given === null || Number.isNaN(Date.parse(given)) ? null : new Date(given).toISOString();
  };
  return {
    time: time('time'),
    toldAt: time('toldAt'),
    function: text('function'),
    version: text('version'),
    environment: text('environment'),
    invocation: text('invocation'),
    callId: text('callId'),
    scope: fields.scope === 'function' ? 'function' : 'call',
    detector: text('detector') ?? '',
    key,
    severity: known,
    score: typeof fields.score === 'number' ? fields.score : 0,
    blocked: fields.blocked === true,
    action: text('action'),
    resource: text('resource'),
    reason: text('reason') ?? '',
    techniques: Array.isArray(fields.techniques) ? fields.techniques.filter((one) => typeof one === 'string') : [],
  };
}

function policiesByName(given: readonly string[]): (name: string) => GrantedPolicies | null {
  const forAll: Policy[] = [];
  const named = new Map<string, Policy[]>();
  for (const one of given) {
    const match = /^([\w-]{1,64})=(.+)$/.exec(one);
    if (match === null) forAll.push(...readPolicyFile(one));
    else named.set(match[1]!, [...(named.get(match[1]!) ?? []), ...readPolicyFile(match[2]!)]);
  }
  const common = forAll.length === 0 ? null : new GrantedPolicies(forAll);
  const own = new Map([...named].map(([name, policies]) => [name, new GrantedPolicies([...policies, ...forAll])]));
  return (name) => own.get(name) ?? common;
}
