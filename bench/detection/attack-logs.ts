/**
 * Public logs of attacks, replayed: `node bench/detection/attack-logs.ts FOLDER… [--benign REGEX] [--details]`. A FOLDER holds CloudTrail records (.json, as a
 * list or under `Records`). They are given to the session of a function's role, as if its code had made them, in the function's own account and region, so that
 * neither says anything; a group is what bears one `stratus-red-team_ID` as user agent, else one file.
 *
 * Without --benign each group follows the work of three sample functions, of which fourteen days are known as CloudTrail would tell them. With it, records whose user
 * agent matches are the session's honest work: the first half is learned, and all the rest is judged in order of time, as one session that turns.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Call } from '../../baseline/call.ts';
import { callsFromCloudTrail } from '../../baseline/cloudtrail.ts';
import { createJudge } from '../../baseline/detect/judge.ts';
import type { Finding } from '../../baseline/finding.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { FunctionBaseline } from '../../baseline/model/document.ts';
import { decide, reconsider } from '../../extension/guard/decide.ts';
import { generate } from './generate/generate.ts';
import { ACCOUNT, REGION } from './generate/invocation.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { benign: { type: 'string' }, details: { type: 'boolean', default: false } },
});
/** Three kinds of work: many reads and a host outside, objects of many tenants, another account. */
const SUBJECTS = ['fraud-score', 'tenant-export', 'partner-drop'];

interface Recorded {
  readonly group: string;
  readonly agent: string;
  readonly call: Call;
}

function* filesIn(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) yield* filesIn(join(folder, entry.name));
    else if (entry.name.endsWith('.json')) yield join(folder, entry.name);
  }
}

type Event = Record<string, unknown>;

/** The event as the function's role session would have caused it. */
function asFunction(event: Event, name: string): Call | null {
  let text = JSON.stringify({ ...event, userIdentity: null });
  for (const account of new Set(text.match(/\b\d{12}\b/g))) text = text.replaceAll(account, ACCOUNT);
  if (typeof event.awsRegion === 'string') text = text.replaceAll(event.awsRegion, REGION);
  const identity = (event.userIdentity ?? {}) as Event;
  return callsFromCloudTrail({
    ...(JSON.parse(text) as Event),
    // What a service did on somebody's behalf stays what it is
    ...(typeof identity.invokedBy === 'string'
      ? { userIdentity: { ...identity, type: 'AssumedRole' } }
      : {
          userIdentity: {
            type: 'AssumedRole',
            arn: `arn:aws:sts::${ACCOUNT}:assumed-role/r/${name}`,
            accountId: ACCOUNT,
            accessKeyId: 'ASIAFUNCTION',
          },
        }),
  });
}

const recorded: Recorded[] = [];
let events = 0;
for (const folder of positionals) {
  for (const file of filesIn(folder)) {
    const value = JSON.parse(readFileSync(file, 'utf8')) as { Records?: Event[] } | Event[];
    for (const event of Array.isArray(value) ? value : (value.Records ?? [])) {
      events++;
      const agent = String(event.userAgent ?? '');
      const call = asFunction(event, 'function');
      const group = /stratus-red-team_[0-9a-f-]+/.exec(agent)?.[0] ?? file.slice(folder.length + 1);
      if (call !== null) recorded.push({ group, agent, call });
    }
  }
}
recorded.sort((a, b) => (a.call.time! < b.call.time! ? -1 : 1));
console.log(`${events} records, ${recorded.length} of them calls that a role session can make`);

interface Replayed {
  readonly call: Call;
  readonly loud: readonly Finding[];
  /** Findings that are notices: mostly of what had been told before. */
  readonly quiet: number;
  readonly refused: boolean;
}

function replay(baseline: FunctionBaseline, calls: readonly Call[]): Replayed[] {
  const judge = createJudge(baseline);
  return calls.map((call, i) => {
    const given = { ...call, id: `${i}` };
    const before = judge.before(given);
    const told = decide(given, before, { mode: 'alert', lenient: false });
    const after = reconsider({ ...given, verdict: told.verdict }, judge.after(given), {
      mode: 'alert',
      lenient: false,
    });
    const findings = [...told.findings, ...after.findings];
    const loud = findings.filter(({ severity }) => severity !== 'info');
    return {
      call,
      loud,
      quiet: findings.length - loud.length,
      refused: decide(given, before, { mode: 'block', lenient: false }).verdict === 'block',
    };
  });
}

const learned = (calls: readonly Call[], name: string): FunctionBaseline => {
  const learner = createLearner();
  for (const call of calls) learner.observe(call);
  return learner.document().functions[name]!;
};

/** What CloudTrail knows of a call: neither invocation nor environment, sizes of S3 objects only, and nothing of other hosts. */
const asCloudTrail = (call: Call): Call => ({
  ...call,
  version: null,
  environment: null,
  invocation: null,
  ownAccessKeyId: call.issuedAccessKeyId === null ? call.accessKeyId : call.ownAccessKeyId,
  items: null,
  bytesOut: call.service === 's3' ? call.bytesOut : null,
  bytesIn: call.service === 's3' ? call.bytesIn : null,
  status: null,
  durationMs: null,
});

const share = (part: number, of: number) => `${part} of ${of}`;
const actionsOf = (some: readonly Replayed[]) => new Set(some.map(({ call }) => `${call.service}:${call.operation}`));

if (values.benign !== undefined) turned(new RegExp(values.benign));
else foreign();

/** One session, honest at first. */
function turned(benign: RegExp): void {
  const honest = recorded.filter(({ agent }) => benign.test(agent));
  const half = honest.slice(0, honest.length >> 1);
  const from = half.at(-1)!.call.time!;
  const later = recorded.filter(
    ({ call, agent }) => call.time! > from && (benign.test(agent) || /stratus-red-team_/.test(agent)),
  );
  const baseline = learned(
    half.map(({ call }) => call),
    'function',
  );
  const told = replay(
    baseline,
    later.map(({ call }) => call),
  );
  const attack = told.filter((_, i) => !benign.test(later[i]!.agent));
  const work = told.filter((_, i) => benign.test(later[i]!.agent));
  const groups = new Map<string, 'told' | 'told before' | 'missed'>();
  for (const [i, one] of told.entries()) {
    const { group, agent } = later[i]!;
    if (benign.test(agent) || groups.get(group) === 'told') continue;
    if (one.loud.length > 0) groups.set(group, 'told');
    else groups.set(group, one.quiet > 0 ? 'told before' : (groups.get(group) ?? 'missed'));
  }
  const count = (how: string) => [...groups.values()].filter((one) => one === how).length;
  const found = attack.filter(({ loud }) => loud.length > 0);
  console.log(
    `learned from ${half.length} honest calls; then of ${groups.size} attacks ${count('told')} told, ${count('told before')} the same as one told before, ${count('missed')} missed; ` +
      `their actions told ${share(actionsOf(found).size, actionsOf(attack).size)}; honest calls told ${share(work.filter(({ loud }) => loud.length > 0).length, work.length)}`,
  );
  if (!values.details) return;
  for (const [group, how] of groups)
    if (how !== 'told')
      console.log(`  ${how} ${group}: ${[...actionsOf(told.filter((_, i) => later[i]!.group === group))].join(', ')}`);
}

/** Attacks on functions that do something else. */
function foreign(): void {
  const set = generate(1, 'open');
  const groups = new Map<string, Recorded[]>();
  for (const one of recorded) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
  for (const name of SUBJECTS) {
    const work = set.train.filter((call) => call.function === name && call.service !== null).map(asCloudTrail);
    const baseline = learned(work, name);
    let found = 0;
    let first = 0;
    let refused = 0;
    for (const [group, records] of groups) {
      const told = replay(
        baseline,
        records.map(({ call }) => call),
      );
      if (told.some(({ loud }) => loud.length > 0)) found++;
      else if (values.details) console.log(`  ${name} missed ${group}: ${[...actionsOf(told)].join(', ')}`);
      if ((told[0]?.loud.length ?? 0) > 0) first++;
      if (told.some((one) => one.refused)) refused++;
    }
    console.log(
      `${name}, ${work.length} calls known: found ${share(found, groups.size)}, with the first call ${first}, refused in block mode ${refused}`,
    );
  }
}
