import { readFileSync } from 'node:fs';
import { checkSignature, publicKey } from '../../baseline/approval/signature.ts';
import { entryFor, functionName } from '../../baseline/model/entry-for.ts';
import { serializeBaseline } from '../../baseline/model/write.ts';
import { listed } from '../../baseline/names/listed.ts';
import { coverage } from '../../baseline/review/coverage.ts';
import { diffBaselines } from '../../baseline/review/diff.ts';
import { withNovelty } from '../../baseline/store/novelty.ts';
import { nearest } from '../../extension/nearest.ts';
import type { Command } from '../command.ts';
import { fileProblem, UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { legible, styleFor, widthOf } from '../style.ts';
import { addedPolicies } from './added-policy.ts';
import { newLeeway, showChanges, showLeeway } from './changes.ts';
import { showCoverage } from './coverage.ts';
import { type BaselineFile, readBaselineFile, readBaselineFiles } from './read.ts';
import { showBaseline } from './show.ts';

const JSON_ROW = ['--json', 'print JSON'] as const;
const HELP_ROW = ['--help', 'this text'] as const;

/** Commands that look at baselines and change nothing. */
export const show: Command = {
  help: `Shows a baseline: what each function does, on what, how often. {…} in a resource stands for names that vary.

Usage: rolefence baseline show [options] FILE

Options:
${table([['--function NAME', 'this function only'], ['--json', 'print the document'], HELP_ROW])}

Examples:
  rolefence baseline show b.json
  rolefence baseline show --json b.json | jq '.functions | keys'
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline show', args, {
      ...JSON_OPTIONS,
      function: { type: 'string' },
    });
    const json = wantsJson(values);
    const file = readBaselineFile(one('show', positionals));
    let { document } = file;
    if (values.function !== undefined) {
      const entry = entryFor(document, values.function);
      if (entry === null) throw new UsageError(noFunction(file, values.function));
      const key = Object.entries(document.functions).find(([, one]) => one === entry)![0];
      document = { ...document, functions: { [key]: entry } };
    }
    await print(
      json
        ? serializeBaseline(document)
        : showBaseline(legible(document), styleFor(process.stdout), widthOf(process.stdout)),
    );
    return 0;
  },
};

/** With what was probably meant: a slip of the finger, or one of several ARNs that end in the name. */
function noFunction({ name: file, document }: BaselineFile, asked: string): string {
  const names = Object.keys(document.functions);
  const arns = names.filter((one) => functionName(one) === functionName(asked));
  const near =
    arns.length > 0
      ? listed(arns)
      : nearest(
          asked,
          names.flatMap((one) => [one, functionName(one)]),
        );
  return `${file} holds no function ${JSON.stringify(asked)}${near === null ? '' : `: did you mean ${near}?`}`;
}

export const diff: Command = {
  help: `Compares two baselines by what they allow; how often something was seen is left out. What was seen in few environments, or handed in within an hour or two,
is marked !: what an intruder did while the function was learned looks like this.

Usage: rolefence baseline diff [options] OLD NEW

Options:
${table([['--iam', 'also as IAM: a policy for each function of what NEW allows and OLD does not'], ['--json', 'print {"changes":[{"function","change","facet","action","value","novelty","kind"}],"policies":[{"function","document"}],"leeway":[{"function","what","count","days","example"}]}'], HELP_ROW])}

Exit codes: 0 they allow the same; 1 they differ; 2 usage or bad input.

Examples:
  rolefence baseline diff approved.json learned.json
  rolefence baseline diff --iam approved.json learned.json
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline diff', args, { iam: { type: 'boolean' }, ...JSON_OPTIONS });
    const json = wantsJson(values);
    const [older, newer] = readBaselineFiles(several('diff', positionals, 2, 'OLD and NEW'));
    const changes = withNovelty(diffBaselines(older!.document, newer!.document), newer!.document, newer!.raw);
    const policies = addedPolicies(older!.document, newer!.document);
    const leeway = newLeeway(older!.document, newer!.document);
    if (json) await print(`${JSON.stringify({ changes, policies, leeway })}\n`);
    else if (changes.length === 0) await print('They allow the same.\n');
    else await print(showChanges(legible(changes), styleFor(process.stdout), widthOf(process.stdout)));
    if (!json) await print(showLeeway(legible(leeway), styleFor(process.stdout), widthOf(process.stdout)));
    if (values.iam === true && !json) {
      if (policies.length === 0) await print('\nNothing to add as IAM.\n');
      for (const { function: name, document } of policies)
        await print(`\nAdded to the role of ${legible(name)}, as IAM:\n${JSON.stringify(document, null, 2)}\n`);
    }
    return changes.length === 0 ? 0 : 1;
  },
};

export const coverageCommand: Command = {
  help: `Says whether a baseline is ready to alert and to block by: how likely it is that the next invocation shows something that was never seen. And whether the
function's credentials can be sealed, and what would break.

Usage: rolefence baseline coverage [options] FILE

Options:
${table([['--json', 'print {"functions":[{"function","alertReady","blockReady","pNew","upper","open","refused","noRoom","hindered","hours","order","facets","sealing"}]}'], HELP_ROW])}

Examples:
  rolefence baseline coverage b.json
  rolefence baseline coverage --json b.json | jq -e '(.functions | length > 0) and all(.functions[]; .blockReady)'
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline coverage', args, JSON_OPTIONS);
    const json = wantsJson(values);
    const report = coverage(readBaselineFile(one('coverage', positionals)).document);
    await print(
      json
        ? `${JSON.stringify(report)}\n`
        : showCoverage(legible(report), styleFor(process.stdout), widthOf(process.stdout)),
    );
    return 0;
  },
};

export const verify: Command = {
  help: `Checks that a baseline is signed with a key and was not changed since.

Usage: rolefence baseline verify FILE --key PEM

Options:
${table([['--key PEM', 'file of the public key (Ed25519, or P-256 of AWS KMS)'], JSON_ROW, HELP_ROW])}

Exit codes: 0 the signature holds; 1 it does not; 2 usage or bad input.

Examples:
  openssl pkey -in private.pem -pubout -out public.pem
  rolefence baseline verify b.json --key public.pem
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline verify', args, {
      key: { type: 'string' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    const file = readBaselineFile(one('verify', positionals));
    const pem = readKey(values.key);
    const check = checkSignature(file.raw, publicKey(pem, values.key!));
    if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
      say(
        `rolefence baseline verify: warning: ${values.key} is a private key, which only whoever signs should hold: the public one is enough here`,
      );
    const good = check.kind === 'good';
    if (json) {
      await print(`${JSON.stringify({ verified: good, reason: check.kind === 'good' ? null : check.reason })}\n`);
    } else say(check.kind === 'good' ? `${file.name}: the signature holds` : `${file.name}: ${check.reason}`);
    return good ? 0 : 1;
  },
};

export function readKey(path: string | undefined): string {
  if (path === undefined || path === '') throw new UsageError('--key PEM is missing: the file of the key');
  try {
    return readFileSync(path === '-' ? 0 : path, 'latin1');
  } catch (cause) {
    throw new UsageError(`--key: ${path} cannot be read (${fileProblem(cause)})`, { cause });
  }
}

export function one(command: string, positionals: readonly string[]): string {
  return several(command, positionals, 1, 'one FILE')[0]!;
}

function several(command: string, positionals: readonly string[], count: number, what: string): readonly string[] {
  if (positionals.length === count) return positionals;
  throw new UsageError(`baseline ${command} takes ${what}, not ${counted(positionals.length, 'file')}`);
}
