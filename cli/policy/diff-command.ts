import { functionName } from '../../baseline/model/entry-for.ts';
import { diffPolicy, type PolicyDiff } from '../../baseline/policy/diff.ts';
import { readPolicy } from '../../baseline/policy/document.ts';
import { type Ceiling, ceilingsOf, type Grants } from '../../baseline/policy/evaluate.ts';
import { Replay } from '../../baseline/policy/replay.ts';
import { usageOf } from '../../baseline/policy/usage.ts';
import { readBaselineFile } from '../baseline/read.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { readRecords } from '../input/records.ts';
import { sources } from '../input/source.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted, createProgress } from '../progress.ts';
import { styleFor, widthOf } from '../style.ts';
import { diffHelp } from './diff-help.ts';
import { diffText } from './diff-text.ts';
import { leftOutSentences } from './explain.ts';
import { readPolicyFile } from './read.ts';
import { grantsOfRole } from './role.ts';
import { selectFunctions } from './select.ts';

const OPTIONS = {
  'role-policy': { type: 'string', multiple: true },
  // Its name before report had the other
  file: { type: 'string', multiple: true },
  role: { type: 'string' },
  boundary: { type: 'string' },
  scp: { type: 'string', multiple: true },
  baseline: { type: 'string' },
  function: { type: 'string', multiple: true },
  ...JSON_OPTIONS,
} as const;

export const diffCommand: Command = {
  help: diffHelp,
  async run(args) {
    const { values, positionals } = parseOptions('policy diff', args, OPTIONS);
    const { role } = values;
    const files = [...(values['role-policy'] ?? []), ...(values.file ?? [])];
    const json = wantsJson(values);
    const missing = [
      ...(files.length > 0 || role !== undefined ? [] : ['--role-policy FILE or --role ARN (what is granted)']),
      ...(values.baseline === undefined ? ['--baseline FILE (what was used)'] : []),
    ];
    if (missing.length > 0) {
      const hint =
        values.baseline === undefined && positionals.length === 1 ? `: did you mean --baseline ${positionals[0]}?` : '';
      throw new UsageError(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} missing${hint}`);
    }
    if (files.length > 0 && role !== undefined) throw new UsageError('--role-policy or --role, not both');
    const { document, name } = readBaselineFile(values.baseline!);
    const functions = selectFunctions(document, values.function, name);
    const calls = positionals.length === 0 ? [] : sources(positionals);
    const given =
      role === undefined ? { policies: files.flatMap(readPolicyFile), boundary: null } : await grantsOfRole(role);
    const boundary = values.boundary === undefined ? given.boundary : readPolicyFile(values.boundary).flat();
    const grants: Grants = { ...given, boundary, controls: (values.scp ?? []).map(controlLevel) };

    const usages = functions.map(([key, baseline]) => usageOf(key, baseline));
    const diff = diffPolicy(
      grants.policies,
      usages.flatMap(({ uses }) => uses),
      ceilingsOf(grants),
    );
    const replay = new Replay(grants);
    const named = values.function === undefined ? null : new Set(functions.map(([key]) => functionName(key)));
    await replayAll(replay, calls, named);

    if (json) await print(`${JSON.stringify(asJson(diff, replay), null, 2)}\n`);
    else
      await print(
        diffText(diff, calls.length === 0 ? null : replay, styleFor(process.stdout), widthOf(process.stdout)),
      );
    for (const sentence of usages.flatMap(({ leftOut }) => leftOutSentences(leftOut)))
      say(`rolefence policy diff: ${sentence}`);
    if (replay.assumed.size > 0)
      say(
        `rolefence policy diff: taken as fulfilled, because no record has them: ${[...replay.assumed.keys()].join(', ')}`,
      );
    if (replay.foreign > 0)
      say(
        `rolefence policy diff: ${counted(replay.foreign, 'call')} signed with other keys than the role's own: not judged`,
      );
    if (replay.refusedBefore > 0)
      say(`rolefence policy diff: ${counted(replay.refusedBefore, 'call')} that had been refused already: not judged`);
    return diff.ungranted.length > 0 || replay.denied.length > 0 ? 1 : 0;
  },
};

/** One level of the organization. Where nothing of it allows, FullAWSAccess stands beside it, as AWS attaches it by itself. */
function controlLevel(file: string): Ceiling {
  const level = readPolicyFile(file);
  if (level.some((policy) => policy.some(({ effect }) => effect === 'Allow'))) return level;
  say(`rolefence policy diff: ${file} only denies: FullAWSAccess is taken to stand beside it`);
  return [...level, readPolicy({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] }, 'FullAWSAccess')];
}

async function replayAll(replay: Replay, files: ReturnType<typeof sources>, named: ReadonlySet<string> | null) {
  const progress = createProgress(process.stderr);
  const sizes = files.map(({ size }) => size);
  const total = sizes.includes(null) ? null : sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  let before = 0;
  try {
    for (const source of files) {
      let read = 0;
      await readRecords(source, {
        call(call) {
          if (named === null || call.function === null || named.has(functionName(call.function))) replay.see(call);
        },
        learned() {},
        piece(bytes) {
          read = bytes;
          progress.show(
            before + bytes,
            total,
            () => `${counted(replay.calls, 'call')}, ${counted(replay.denied.length, 'denial')}`,
          );
        },
      });
      before += source.size ?? read;
    }
  } finally {
    progress.clear();
  }
}

const asJson = ({ unused, ungranted, distance }: PolicyDiff, replay: Replay) => ({
  unused,
  ungranted,
  distance,
  replay: { calls: replay.calls, denied: replay.denied.map(({ call }) => call.id) },
});
