import { existsSync } from 'node:fs';
import { serialOf } from '../../baseline/approval/serial.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { saveBaselineFile } from '../../baseline/store/file.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { legible, styleFor, widthOf } from '../style.ts';
import { approved, confirmed, isApproved, NOTHING, newApproval, news, userName } from './approve.ts';
import { newLeeway, showChanges, showLeeway, warningOf } from './changes.ts';
import { refusedWarnings, unreadyWarning } from './coverage.ts';
import { lostHabits } from './lost-habits.ts';
import { type BaselineFile, readBaselineFile, readBaselineFiles } from './read.ts';
import { one } from './reading.ts';
import { saveDocument } from './save.ts';
import { SIGNER_OPTIONS, SIGNER_ROWS, signerFor } from './signer.ts';
import { twoNames } from './two-names.ts';
import { unnamedWork } from './unnamed-work.ts';

const HELP_ROW = ['--help', 'this text'] as const;

/** Commands that write a baseline. */
export const merge: Command = {
  help: `Makes one baseline of many: a union, with one result in whatever order and however often they are merged. What was approved or signed is so no more.

Usage: rolefence baseline merge FILE… --out FILE

Options:
${table([['--out FILE', 'where to write it (it may be one of those that are merged)'], ['--json', 'print {"out","functions"}'], HELP_ROW])}

Examples:
  rolefence baseline merge monday.json tuesday.json --out week.json
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline merge', args, {
      out: { type: 'string' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    if (values.out === undefined)
      throw new UsageError('--out FILE is missing: where the merged baseline is to be written');
    const out = fileName('--out', values.out);
    if (positionals.length === 0) throw new UsageError('baseline merge takes at least one FILE');
    const files = readBaselineFiles(positionals);
    const document = mergeBaselines(files.map((file) => file.document));
    await saveBaselineFile(out, document);
    for (const warning of [...lostHabits(files, document), ...twoNames(document), ...unnamedWork(document)])
      say(`rolefence baseline merge: warning: ${legible(warning)}`);
    const functions = Object.keys(document.functions);
    if (json) await print(`${JSON.stringify({ out, functions })}\n`);
    else {
      say(
        `rolefence baseline merge: ${out} holds ${counted(functions.length, 'function')} out of ${counted(positionals.length, 'file')}`,
      );
    }
    return 0;
  },
};

export const approve: Command = {
  help: `Approves what a baseline holds, after showing what is new in it. On a terminal it asks first; without one (in CI) it needs no answer.

Usage: rolefence baseline approve [options] FILE

What is new is told from the baseline that was approved before: the one named by --against, else the approved one that --out replaces; without
either all of it is new.

Options:
${table([
  ['--out FILE', 'write the approved baseline there (default: in place)'],
  ['--against OLD', 'show what is new since OLD'],
  ...SIGNER_ROWS,
  ['--by NAME', 'who approves (default: the user at this machine)'],
  ['--yes', 'do not ask on a terminal either'],
  ['--json', 'print {"out","approval","changes","leeway"}'],
  HELP_ROW,
])}

Exit codes: 0 approved; 1 the answer was no, and nothing was written; 2 usage or bad input.

Examples:
  rolefence baseline approve learned.json --out approved.json
  rolefence baseline approve learned.json --against approved.json --key private.pem --yes
  rolefence baseline approve learned.json --out approved.json --kms arn:aws:kms:eu-west-1:111122223333:key/…
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline approve', args, {
      out: { type: 'string' },
      against: { type: 'string' },
      ...SIGNER_OPTIONS,
      by: { type: 'string' },
      yes: { type: 'boolean' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    const name = one('approve', positionals);
    if (name === '-' && values.out === undefined)
      throw new UsageError('--out FILE is missing: standard input cannot be approved in place');
    const out = fileName('--out', values.out ?? name);
    const signer = await signerFor(values);
    const file = readBaselineFile(name);
    if (Object.keys(file.document.functions).length === 0)
      throw new UsageError(`${name} holds no function: there is nothing to approve`);
    const before = approvedBefore(file, values.against, out);
    const changes = news(file, before);
    const leeway = newLeeway(before?.document ?? NOTHING, file.document);

    if (!json) {
      const style = styleFor(process.stdout);
      await print(
        changes.length === 0
          ? 'Nothing is new in it.\n'
          : showChanges(legible(changes), style, widthOf(process.stdout)),
      );
      await print(showLeeway(legible(leeway), style, widthOf(process.stdout)));
    }
    const already = isApproved(file) && name === out && signer === null;
    if (already) {
      const { approval } = file.raw;
      if (json) await print(`${JSON.stringify({ out, approval, changes: [], leeway: [] })}\n`);
      else say(`rolefence baseline approve: ${out} is approved already`);
      return 0;
    }
    for (const warning of [warningOf(changes), unreadyWarning(file.document), ...refusedWarnings(file.document)])
      if (warning !== null) say(`rolefence baseline approve: warning: ${warning}`);
    if (values.yes !== true && !(await confirmed(`Approve ${name === out ? out : `it as ${out}`}?`))) {
      say('rolefence baseline approve: not approved');
      return 1;
    }
    const approval = newApproval(file.raw, values.by ?? userName(), before === null ? null : serialOf(before.raw));
    const document = approved(file, approval);
    saveDocument(out, signer === null ? document : { ...document, signature: await signer.sign(document) });
    if (json) await print(`${JSON.stringify({ out, approval, changes, leeway })}\n`);
    else say(`rolefence baseline approve: ${out} is approved${signer === null ? '' : ' and signed'}`);
    return 0;
  },
};

export const sign: Command = {
  help: `Signs a baseline: sensors with ROLEFENCE_BASELINE_KEY take it only with a signature that holds. The signature stands in the document; whatever is
changed afterwards makes it void.

Usage: rolefence baseline sign FILE --key PEM|--kms KEY

Options:
${table([...SIGNER_ROWS, ['--out FILE', 'write the signed baseline there (default: in place)'], ['--json', 'print {"out","signature"}'], HELP_ROW])}

Examples:
  openssl genpkey -algorithm ed25519 -out private.pem
  rolefence baseline sign b.json --key private.pem
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline sign', args, {
      ...SIGNER_OPTIONS,
      out: { type: 'string' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    const name = one('sign', positionals);
    if (name === '-' && values.out === undefined)
      throw new UsageError('--out FILE is missing: standard input cannot be signed in place');
    const out = fileName('--out', values.out ?? name);
    const signer = await signerFor(values);
    if (signer === null) throw new UsageError('--key PEM is missing: the file of the key (or --kms KEY)');
    const { signature: _, ...document } = readBaselineFile(name).raw;
    const signature = await signer.sign(document);
    saveDocument(out, { ...document, signature });
    if (json) await print(`${JSON.stringify({ out, signature })}\n`);
    else say(`rolefence baseline sign: ${out} is signed`);
    return 0;
  },
};

function approvedBefore(file: BaselineFile, against: string | undefined, out: string): BaselineFile | null {
  if (against !== undefined) return readBaselineFile(against);
  if (isApproved(file)) return file;
  if (!existsSync(out)) return null;
  const replaced = readBaselineFile(out);
  return isApproved(replaced) ? replaced : null;
}
