import { serialOf } from '../../baseline/approval/serial.ts';
import { FORMAT } from '../../baseline/model/document.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import type { LearnedDocument } from '../../baseline/store/learned.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson, wholeNumber } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { approved, digestOf, isApproved } from './approve.ts';
import { holdsNone } from './known-functions.ts';
import { pooled } from './pooled.ts';
import { type BaselineFile, readBaselineFile } from './read.ts';
import { saveDocument } from './save.ts';
import { SIGNER_OPTIONS, SIGNER_ROWS, type Signer, signerFor } from './signer.ts';
import { type OpenStore, openStore, STORE } from './store.ts';
import { mustStaySigned, toldApproval } from './told-approval.ts';

const HELP_ROW = ['--help', 'this text'] as const;
const QUORUM = 2;

/** Commands that work on the store of a fleet, with the credentials and the region of whoever runs them. */
export const pull: Command = {
  help: `Writes what a fleet has learned, the candidates of a store, into one file: to be read, approved and published. It says of each thing how many environments and
hours it was seen in, for diff and approve to tell.

Usage: rolefence baseline pull STORE --out FILE [--function NAME…]

STORE is ${STORE}.

Options:
${table([
  ['--out FILE', 'where to write it'],
  ['--function NAME', 'only this function; repeatable'],
  [
    '--same-code',
    'with what a quorum of other functions of the same code has learned (asks Lambda which they are); needs one --function',
  ],
  ['--quorum N', 'how many others must have seen a thing (default 2)'],
  ['--approved', 'what is approved of one --function, as it stands, instead of what was learned'],
  ['--json', 'print {"out","functions"}'],
  HELP_ROW,
])}

Examples:
  rolefence baseline pull dynamodb://rolefence-baselines --function resize --out candidate.json
  rolefence baseline pull dynamodb://rolefence-baselines --function resize --approved --out approved.json
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline pull', args, {
      out: { type: 'string' },
      function: { type: 'string', multiple: true },
      approved: { type: 'boolean' },
      'same-code': { type: 'boolean' },
      quorum: { type: 'string' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    if (values.out === undefined) throw new UsageError('--out FILE is missing: where the candidates are to be written');
    const out = fileName('--out', values.out);
    const names = values.function?.map(functionName);
    if (values.approved === true && names?.length !== 1)
      throw new UsageError('--approved needs one --function: each has an approved document of its own');
    const pooling = values['same-code'] === true;
    if (pooling && (names?.length !== 1 || values.approved === true))
      throw new UsageError('--same-code needs one --function, and is of what was learned');
    const quorum = values.quorum === undefined ? QUORUM : wholeNumber('--quorum', values.quorum, 1_000);
    if (quorum < 2) throw new UsageError('--quorum must be 2 or more: one function alone gives nothing to others');
    const open = await openStore('pull', positionals);
    const document =
      values.approved === true
        ? await newest(open, names![0]!)
        : pooling
          ? await pooled(open, names![0]!, quorum)
          : await candidates(open, names);
    saveDocument(out, document);
    const functions = Object.keys(document.functions);
    if (json) await print(`${JSON.stringify({ out, functions })}\n`);
    else say(`rolefence baseline pull: ${out} holds ${counted(functions.length, 'function')} of ${open.store}`);
    return 0;
  },
};

async function newest(open: OpenStore, name: string): Promise<{ readonly functions: object }> {
  const text = await open.fleet.approvals.newest(name);
  if (text === null) throw await holdsNone(open, 'nothing approved for', name);
  return JSON.parse(text) as { functions: object };
}

async function candidates(open: OpenStore, names: readonly string[] | undefined): Promise<LearnedDocument> {
  const { fleet, store } = open;
  const found: LearnedDocument[] = [];
  if (names === undefined) {
    for await (const name of fleet.functions()) {
      const document = await fleet.candidate(name);
      if (document !== null) found.push(document);
    }
  } else {
    for (const name of names) {
      const document = await fleet.candidate(name);
      if (document === null) throw await holdsNone(open, 'no candidate for', name);
      found.push(document);
    }
  }
  if (found.length === 0) throw new UsageError(`${store} holds no candidate yet`);
  const joined = <T>(member: (document: LearnedDocument) => Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(found.flatMap((one) => Object.entries(member(one))).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    format: FORMAT,
    functions: joined((one) => one.functions),
    origins: joined((one) => one.origins),
    deployments: joined((one) => one.deployments),
  };
}

export const publish: Command = {
  help: `Puts an approved baseline into a store, for the sensors of its functions to take at their next cold start. What was published before is kept.

Usage: rolefence baseline publish FILE --to STORE

STORE is ${STORE}. A document of one function goes there as it stands, signature included. Of several, each gets a document of its own, for no function may read
another's: with --key or --kms each is signed. Sensors with ROLEFENCE_BASELINE_KEY take it only with a signature that holds, those with ROLEFENCE_BASELINE_MIN only with
the serial that is printed, or a later one.

Options:
${table([['--to STORE', 'where to'], ...SIGNER_ROWS, ['--json', 'print {"store","functions","serial"}'], HELP_ROW])}

Examples:
  rolefence baseline approve candidate.json --out approved.json --key private.pem
  rolefence baseline publish approved.json --to dynamodb://rolefence-baselines
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline publish', args, {
      to: { type: 'string' },
      ...SIGNER_OPTIONS,
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    if (values.to === undefined) throw new UsageError(`--to STORE is missing: ${STORE}`);
    if (positionals.length !== 1) throw new UsageError('baseline publish takes one FILE');
    const file = readBaselineFile(positionals[0]!);
    if (!isApproved(file) || serialOf(file.raw) === null) {
      throw new UsageError(`${file.name} is not approved: rolefence baseline approve ${file.name} shows what is in it`);
    }
    const signer = await signerFor(values);
    const documents = await apart(file, signer);
    const { fleet, store } = await openStore('publish', [values.to]);
    const functions = documents.map(([name]) => name);
    // All of them before the first
    for (const [name, document] of documents)
      if (!toldApproval(document).signed) mustStaySigned(await fleet.approvals.newest(name), document);
    for (const [name, document] of documents) await fleet.approvals.publish(name, JSON.stringify(document));
    const serial = serialOf(file.raw);
    if (json) await print(`${JSON.stringify({ store, functions, serial })}\n`);
    else say(`rolefence baseline publish: ${store} has it for ${functions.join(', ')}, serial ${serial}`);
    return 0;
  },
};

/** A document for each function. */
async function apart(file: BaselineFile, signer: Signer | null): Promise<readonly (readonly [string, object])[]> {
  const entries = Object.entries(file.raw.functions as Readonly<Record<string, unknown>>);
  const names = entries.map(([name]) => functionName(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`${file.name} holds the function ${twice} of two accounts or regions`);
  if (entries.length > 1 && file.raw.signature !== undefined && signer === null)
    throw new UsageError(
      `${file.name} is signed for ${counted(entries.length, 'function')} together, and each needs a signature of its own: give --key PEM or --kms KEY`,
    );
  if (entries.length === 1 && signer === null) return [[names[0]!, file.raw]];
  const documents: [string, object][] = [];
  for (const [index, [name, entry]] of entries.entries()) {
    const raw = { ...file.raw, functions: { [name]: entry } };
    const approval = { ...(file.raw.approval as Parameters<typeof approved>[1]), digest: digestOf(raw) };
    const document = approved({ raw }, approval);
    documents.push([
      names[index]!,
      signer === null ? document : { ...document, signature: await signer.sign(document) },
    ]);
  }
  return documents;
}

export const aggregate: Command = {
  help: `Joins what environments have handed in into the candidates of a store, as the scheduled function of template.yaml does. To run it twice, or to miss a run,
does no harm.

Usage: rolefence baseline aggregate STORE

STORE is ${STORE}.

Options:
${table([['--json', 'print {"store","changed","failed":[{"function","reason"}],"leftOut":[{"function","slot","whole","reason"}],"full":[{"function","what"}]}'], HELP_ROW])}

Exit codes: 0 done; 1 some functions could not be joined, and are by the next run, or some of what was handed in was left out, or a candidate has become full; 2 usage, or
the store cannot be used.

Examples:
  rolefence baseline aggregate s3://rolefence-baselines/production
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline aggregate', args, JSON_OPTIONS);
    const json = wantsJson(values);
    const { fleet, store } = await openStore('aggregate', positionals);
    const { changed, failed, leftOut, full } = await fleet.aggregate();
    if (json) await print(`${JSON.stringify({ store, changed, failed, leftOut, full })}\n`);
    else {
      for (const { function: name, reason } of failed) say(`rolefence baseline aggregate: ${name}: ${reason}`);
      for (const { function: name, slot, whole, reason } of leftOut)
        say(`rolefence baseline aggregate: ${name}: slot ${slot} is left out${whole ? '' : ' in part'}: ${reason}`);
      for (const { function: name, what } of full)
        say(`rolefence baseline aggregate: ${name}: the candidate is full of ${what.join(', ')} (see baseline reset)`);
      if (changed.length > 0) say(`rolefence baseline aggregate: ${store} has learned more of ${changed.join(', ')}`);
      else if (failed.length === 0) say(`rolefence baseline aggregate: ${store} has nothing new`);
    }
    return failed.length + leftOut.length + full.length === 0 ? 0 : 1;
  },
};
