import { existsSync } from 'node:fs';
import { CloudTrailEvents } from '../../baseline/cloudtrail.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { saveBaselineFile } from '../../baseline/store/file.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { readRecords } from '../input/records.ts';
import { sources } from '../input/source.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted, createProgress } from '../progress.ts';

const help = `Makes a baseline, what functions normally do, of what they have been seen to do.

Usage: rolefence learn --out FILE [options] [FILE…]

Each FILE (a folder stands for the files below it; - or none is standard input; .gz is unpacked) holds
  Call records        one JSON object a line, as run and proxy write with --calls
  CloudTrail logs     as CloudTrail delivers them to a bucket, or as aws cloudtrail lookup-events prints them
  a function's log    as aws logs filter-log-events prints it, or as exported: what its sensor has learned there
What it is shows in the file. One baseline may hold several functions. Refused calls are never learned.

Options:
${table([
  ['--out FILE', 'where to write the baseline; what was there is replaced when the new one is whole'],
  ['--function NAME', 'whose calls those are that name no function'],
  ['--json', 'print what was read as {"out","calls","unnamed","functions"}'],
  ['--help', 'this text'],
])}

Examples:
  rolefence learn --out b.json calls.jsonl more-calls.jsonl.gz
  rolefence learn --out b.json AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/
  aws logs filter-log-events --log-group-name /aws/lambda/resize --filter-pattern '"rolefence"' | rolefence learn --out b.json -
`;

const OPTIONS = {
  out: { type: 'string' },
  function: { type: 'string' },
  ...JSON_OPTIONS,
} as const;

/** Documents out of logs are joined so many at a time: a log of a year holds thousands. */
const JOINED_AT = 32;

export const learn: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('learn', args, OPTIONS);
    if (values.out === undefined) throw new UsageError('--out FILE is missing: where the baseline is to be written');
    const out = fileName('--out', values.out);
    const name = values.function ?? null;
    if (name === '') throw new UsageError('--function needs a name');
    const files = sources(positionals);
    const total = files.some(({ size }) => size === null)
      ? null
      : files.reduce((sum, { size }) => sum + (size ?? 0), 0);
    const learner = createLearner();
    const progress = createProgress(process.stderr);
    let calls = 0;
    let unnamed = 0;
    let documents: BaselineDocument[] = [];
    let before = 0;
    const trail = new CloudTrailEvents();
    try {
      for (const source of files) {
        let read = 0;
        await readRecords(source, {
          trail,
          call(call) {
            if (call.function !== null) {
              calls++;
              learner.observe(call);
            } else if (name !== null) {
              calls++;
              learner.observe({ ...call, function: name });
            } else unnamed++;
          },
          learned(document) {
            documents.push(document);
            if (documents.length >= JOINED_AT) documents = [mergeBaselines(documents)];
          },
          piece(bytes) {
            read = bytes;
            progress.show(before + bytes, total, () => counted(calls, 'call'));
          },
        });
        before += source.size ?? read;
      }
    } finally {
      progress.clear();
    }
    const document = mergeBaselines([learner.document(), ...documents]);
    const functions = Object.keys(document.functions);
    if (functions.length === 0 && existsSync(out)) {
      throw new UsageError(`nothing was found to learn from: ${out} stays as it is`);
    }
    await saveBaselineFile(out, document);

    if (unnamed > 0) {
      say(`rolefence learn: ${counted(unnamed, 'call')} left out: no function is named (--function NAME names it)`);
    }
    if (functions.length === 0) say(`rolefence learn: nothing was found to learn from: ${out} holds no function`);
    if (wantsJson(values)) await print(`${JSON.stringify({ out, calls, unnamed, functions })}\n`);
    else if (functions.length > 0) {
      const whose = functions.length === 1 ? functions[0] : counted(functions.length, 'function');
      say(`rolefence learn: ${out} holds what ${whose} did${calls === 0 ? '' : ` in ${counted(calls, 'call')}`}`);
    }
    return 0;
  },
};
