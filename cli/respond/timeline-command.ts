import { functionName } from '../../baseline/model/entry-for.ts';
import { nearest } from '../../extension/nearest.ts';
import type { Command } from '../command.ts';
import { InputError, sentenceOf, UsageError } from '../errors.ts';
import { readLines } from '../input/lines.ts';
import { readRecords } from '../input/records.ts';
import { type Source, sources } from '../input/source.ts';
import { JSON_OPTIONS, parseOptions, timeOption, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { roleName } from '../policy/role.ts';
import { findingOf } from '../report/load.ts';
import { legible } from '../style.ts';
import { Account, type Target } from './account.ts';
import { RESPOND_HELP } from './help.ts';
import { Timeline } from './timeline.ts';
import { timelineText } from './timeline-text.ts';
import { iamRegion, lookUpEvents, type TrailQuery } from './trail.ts';

const OPTIONS = {
  function: { type: 'string' },
  findings: { type: 'string', multiple: true },
  calls: { type: 'string', multiple: true },
  cloudtrail: { type: 'string', multiple: true },
  role: { type: 'string' },
  live: { type: 'boolean' },
  from: { type: 'string' },
  to: { type: 'string' },
  ...JSON_OPTIONS,
} as const;

export const timelineCommand: Command = {
  help: RESPOND_HELP.timeline!,
  async run(args) {
    const { values, positionals } = parseOptions('respond timeline', args, OPTIONS);
    const [name, ...more] = [...positionals, ...(values.function === undefined ? [] : [values.function])];
    if (name === undefined || more.length > 0)
      throw new UsageError(name === undefined ? 'FUNCTION is missing' : 'one function at a time');
    const { findings = [], calls = [], cloudtrail = [] } = values;
    if (findings.length + calls.length + cloudtrail.length === 0 && values.live !== true)
      throw new UsageError('nothing to put in order: give --findings, --calls, --cloudtrail or --live');
    const from = timeOption('--from', values.from);
    const to = timeOption('--to', values.to);
    const account = values.live === true ? new Account() : null;
    try {
      const target = account === null ? null : await account.target(name);
      const role = values.role !== undefined ? roleName(values.role) : (target?.role ?? null);
      const timeline = new Timeline(name, role);
      for (const { version, time, description } of account === null ? [] : await account.versions(name))
        timeline.version(version, time, description);
      for (const source of findings.flatMap((one) => sources([one]))) await readFindings(source, timeline);
      for (const source of calls.flatMap((one) => sources([one])))
        await readRecords(source, {
          call: (call) => timeline.call(call),
          learned() {},
          finding: (value, { file, line }) => timeline.finding(findingOf(value, file, line)),
        });
      for (const source of cloudtrail.flatMap((one) => sources([one]))) await readTrail(source, timeline);
      if (target !== null) await readHistory(timeline, target, role ?? target.role, { from, to });
      // Else a name that is misspelt reads as the all-clear
      if (timeline.named.size > 0 && !timeline.named.has(functionName(name)))
        throw new UsageError(unnamed(name, timeline.named));
      const events = timeline.events(from, to);
      const outside = timeline.outside(from, to);
      if (wantsJson(values)) await print(`${JSON.stringify({ function: name, events, outside }, null, 2)}\n`);
      else await print(timelineText(legible(name), legible(events), outside));
      if (timeline.named.size === 0) say(`rolefence respond timeline: no input names ${name}, or any function`);
      return 0;
    } finally {
      account?.close();
    }
  },
};

async function readFindings(source: Source, timeline: Timeline): Promise<void> {
  await readLines(source, {
    line(text, number) {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (cause) {
        throw new InputError(source.name, number, 'not valid JSON: a finding was expected', { cause });
      }
      timeline.finding(findingOf(value, source.name, number));
    },
  });
}

/** Changes of the function in its region, of the role where IAM's events stand. Who may not ask CloudTrail still gets the rest. */
async function readHistory(
  timeline: Timeline,
  { function: name, functionArn, roleArn }: Target,
  role: string,
  span: Pick<TrailQuery, 'from' | 'to'>,
): Promise<void> {
  const roles = roleName(roleArn) === role ? [role, roleArn] : [role];
  const asked: TrailQuery[] = [
    { resources: [name, functionArn], region: null, ...span },
    { resources: roles, region: iamRegion(roleArn), ...span },
  ];
  const missing = new Set<string>();
  for (const query of asked) {
    try {
      await lookUpEvents(
        query,
        (event) => timeline.cloudTrail(event as Readonly<Record<string, unknown>>),
        (resource) =>
          say(
            `rolefence respond timeline: CloudTrail has more than 1,000 events of ${resource}: narrow it by --from and --to`,
          ),
      );
    } catch (error) {
      missing.add(sentenceOf(error));
    }
  }
  for (const why of missing) say(`rolefence respond timeline: ${why}: its changes are missing below`);
}

/** A document with Records or Events, or one event a line. */
async function readTrail(source: Source, timeline: Timeline): Promise<void> {
  const lines: string[] = [];
  await readLines(source, { line: (text) => void lines.push(text) });
  const value = parsed(lines.join('\n'));
  const values = value === undefined ? lines.map((line, i) => parsed(line) ?? fail(source, i + 1)) : [value];
  for (const one of values) for (const event of eventsIn(one)) timeline.cloudTrail(event);
}

function fail(source: Source, line: number): never {
  throw new InputError(source.name, line, 'not valid JSON: a CloudTrail log was expected');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function* eventsIn(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(value)) {
    for (const one of value) yield* eventsIn(one);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const { Records, Events, CloudTrailEvent } = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(Records)) yield* eventsIn(Records);
  else if (Array.isArray(Events)) yield* eventsIn(Events);
  else if (typeof CloudTrailEvent === 'string') yield* eventsIn(parsed(CloudTrailEvent));
  else yield value as Readonly<Record<string, unknown>>;
}

const MOST_NAMES = 8;

function unnamed(name: string, named: ReadonlySet<string>): string {
  const near = nearest(functionName(name), named);
  const names = [...named].sort();
  const more = names.length - MOST_NAMES;
  const listed = [...names.slice(0, MOST_NAMES), ...(more > 0 ? [`${more} more`] : [])];
  return `no input names ${name}, but ${listed.join(', ')}${near === null ? '' : `: did you mean ${near}?`}`;
}
