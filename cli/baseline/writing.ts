import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { privateKey, signDocument } from '../../baseline/approval/signature.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { saveBaselineFile } from '../../baseline/store/file.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { styleFor, widthOf } from '../style.ts';
import { approved, confirmed, digestOf, isApproved, news } from './approve.ts';
import { showChanges } from './changes.ts';
import { type BaselineFile, readBaselineFile, readBaselineFiles } from './read.ts';
import { one, readKey } from './reading.ts';
import { saveDocument } from './save.ts';

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
    const document = mergeBaselines(readBaselineFiles(positionals).map((file) => file.document));
    await saveBaselineFile(out, document);
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
  help: `Approves what a baseline holds, after showing what is new in it. On a terminal it asks first.

Usage: rolefence baseline approve [options] FILE

What is new is told from the baseline that was approved before: the one named by --against, else the approved one that --out replaces; without
either all of it is new.

Options:
${table([
  ['--out FILE', 'write the approved baseline there (default: in place)'],
  ['--against OLD', 'show what is new since OLD'],
  ['--key PEM', 'sign it, too, with this Ed25519 private key'],
  ['--by NAME', 'who approves (default: the user at this machine)'],
  ['--yes', 'do not ask'],
  ['--json', 'print {"out","approval","changes"}'],
  HELP_ROW,
])}

Exit codes: 0 approved; 1 the answer was no, and nothing was written; 2 usage or bad input.

Examples:
  rolefence baseline approve learned.json --out approved.json
  rolefence baseline approve learned.json --against approved.json --key private.pem --yes
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline approve', args, {
      out: { type: 'string' },
      against: { type: 'string' },
      key: { type: 'string' },
      by: { type: 'string' },
      yes: { type: 'boolean' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    const name = one('approve', positionals);
    if (name === '-' && values.out === undefined)
      throw new UsageError('--out FILE is missing: standard input cannot be approved in place');
    const out = fileName('--out', values.out ?? name);
    const key = values.key === undefined ? null : privateKey(readKey(values.key), values.key);
    const file = readBaselineFile(name);
    const changes = news(file, approvedBefore(file, values.against, out));

    if (!json) {
      const style = styleFor(process.stdout);
      await print(
        changes.length === 0 ? 'Nothing is new in it.\n' : showChanges(changes, style, widthOf(process.stdout)),
      );
    }
    const already = isApproved(file) && name === out && key === null;
    if (already) {
      const { approval } = file.raw;
      if (json) await print(`${JSON.stringify({ out, approval, changes: [] })}\n`);
      else say(`rolefence baseline approve: ${out} is approved already`);
      return 0;
    }
    if (values.yes !== true && !(await confirmed(`Approve ${name === out ? out : `it as ${out}`}?`))) {
      say('rolefence baseline approve: not approved');
      return 1;
    }
    const approval = { time: new Date().toISOString(), by: values.by ?? userName(), digest: digestOf(file.raw) };
    const document = approved(file, approval);
    saveDocument(out, key === null ? document : { ...document, signature: signDocument(document, key) });
    if (json) await print(`${JSON.stringify({ out, approval, changes })}\n`);
    else say(`rolefence baseline approve: ${out} is approved${key === null ? '' : ' and signed'}`);
    return 0;
  },
};

export const sign: Command = {
  help: `Signs a baseline: sensors with ROLEFENCE_BASELINE_KEY take it only with a signature that holds. The signature stands in the document; whatever is
changed afterwards makes it void.

Usage: rolefence baseline sign FILE --key PEM

Options:
${table([['--key PEM', 'file of the private key (Ed25519)'], ['--out FILE', 'write the signed baseline there (default: in place)'], HELP_ROW])}

Examples:
  openssl genpkey -algorithm ed25519 -out private.pem
  rolefence baseline sign b.json --key private.pem
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline sign', args, {
      key: { type: 'string' },
      out: { type: 'string' },
    });
    const name = one('sign', positionals);
    if (name === '-' && values.out === undefined)
      throw new UsageError('--out FILE is missing: standard input cannot be signed in place');
    const out = fileName('--out', values.out ?? name);
    const key = privateKey(readKey(values.key), values.key!);
    const { signature: _, ...document } = readBaselineFile(name).raw;
    saveDocument(out, { ...document, signature: signDocument(document, key) });
    say(`rolefence baseline sign: ${out} is signed`);
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

function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
