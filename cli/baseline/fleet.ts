import type { BaselineDocument } from '../../baseline/model/document.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import { mergeBaselines } from '../../baseline/model/merge.ts';
import { saveBaselineFile } from '../../baseline/store/file.ts';
import type { Fleet } from '../../baseline/store/fleet.ts';
import { readConfig, readLocation } from '../../extension/config.ts';
import { openFleet } from '../../extension/fleet/open.ts';
import { outgoing } from '../../extension/outgoing.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { isApproved } from './approve.ts';
import { readBaselineFile } from './read.ts';

const STORE = 's3://bucket/prefix, dynamodb://table, or file:FOLDER/ for trying it out';
const HELP_ROW = ['--help', 'this text'] as const;

/** Commands that work on the store of a fleet, with the credentials and the region of whoever runs them. */
export const pull: Command = {
  help: `Writes what a fleet has learned, the candidates of a store, into one file: to be read, approved and published.

Usage: rolefence baseline pull STORE --out FILE [--function NAME…]

STORE is ${STORE}.

Options:
${table([['--out FILE', 'where to write it'], ['--function NAME', 'only this function; repeatable'], ['--json', 'print {"out","functions"}'], HELP_ROW])}

Examples:
  rolefence baseline pull dynamodb://rolefence-baselines --function resize --out candidate.json
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline pull', args, {
      out: { type: 'string' },
      function: { type: 'string', multiple: true },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    if (values.out === undefined) throw new UsageError('--out FILE is missing: where the candidates are to be written');
    const out = fileName('--out', values.out);
    const { fleet, store } = await openStore('pull', positionals);
    const documents: BaselineDocument[] = [];
    if (values.function === undefined) {
      for await (const name of fleet.functions()) {
        const document = await fleet.candidate(name);
        if (document !== null) documents.push(document);
      }
    } else {
      for (const name of values.function) {
        const document = await fleet.candidate(functionName(name));
        if (document === null) throw new UsageError(`${store} holds no candidate for the function ${name}`);
        documents.push(document);
      }
    }
    if (documents.length === 0) throw new UsageError(`${store} holds no candidate yet`);
    const whole = mergeBaselines(documents);
    await saveBaselineFile(out, whole);
    const functions = Object.keys(whole.functions);
    if (json) await print(`${JSON.stringify({ out, functions })}\n`);
    else say(`rolefence baseline pull: ${out} holds ${counted(functions.length, 'function')} of ${store}`);
    return 0;
  },
};

export const publish: Command = {
  help: `Puts an approved baseline into a store, for the sensors of its functions to take at their next cold start.

Usage: rolefence baseline publish FILE --to STORE

STORE is ${STORE}. The document goes there as it stands, signature included; sensors with ROLEFENCE_BASELINE_KEY take it only with one that holds.

Options:
${table([['--to STORE', 'where to'], ['--json', 'print {"store","functions"}'], HELP_ROW])}

Examples:
  rolefence baseline approve candidate.json --out approved.json --key private.pem
  rolefence baseline publish approved.json --to dynamodb://rolefence-baselines
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline publish', args, { to: { type: 'string' }, ...JSON_OPTIONS });
    const json = wantsJson(values);
    if (values.to === undefined) throw new UsageError(`--to STORE is missing: ${STORE}`);
    if (positionals.length !== 1) throw new UsageError('baseline publish takes one FILE');
    const file = readBaselineFile(positionals[0]!);
    if (!isApproved(file)) {
      throw new UsageError(`${file.name} is not approved: rolefence baseline approve ${file.name} shows what is in it`);
    }
    const { fleet, store } = await openStore('publish', [values.to]);
    const functions = Object.keys(file.document.functions).map(functionName);
    const twice = functions.find((name, index) => functions.indexOf(name) !== index);
    if (twice !== undefined)
      throw new UsageError(`${file.name} holds the function ${twice} of two accounts or regions`);
    const text = JSON.stringify(file.raw);
    for (const name of functions) await fleet.publish(name, text);
    if (json) await print(`${JSON.stringify({ store, functions })}\n`);
    else say(`rolefence baseline publish: ${store} has it for ${functions.join(', ')}`);
    return 0;
  },
};

export const aggregate: Command = {
  help: `Joins what environments have handed in into the candidates of a store, as the scheduled function of template.yaml does. To run it twice, or to miss a run,
does no harm.

Usage: rolefence baseline aggregate STORE

STORE is ${STORE}.

Options:
${table([['--json', 'print {"store","changed"}'], HELP_ROW])}

Examples:
  rolefence baseline aggregate s3://rolefence-baselines/production
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline aggregate', args, JSON_OPTIONS);
    const json = wantsJson(values);
    const { fleet, store } = await openStore('aggregate', positionals);
    const changed = await fleet.aggregate();
    if (json) await print(`${JSON.stringify({ store, changed })}\n`);
    else if (changed.length === 0) say(`rolefence baseline aggregate: ${store} has nothing new`);
    else say(`rolefence baseline aggregate: ${store} has learned more of ${changed.join(', ')}`);
    return 0;
  },
};

/** An operator waits longer than a function may. */
const TIMEOUT_MS = 30_000;

async function openStore(
  command: string,
  positionals: readonly string[],
): Promise<{ readonly fleet: Fleet; readonly store: string }> {
  const [store, ...more] = positionals;
  if (store === undefined || more.length > 0) throw new UsageError(`baseline ${command} takes one STORE: ${STORE}`);
  const location = readLocation(store);
  if (location === null || location.kind === 'file') throw new UsageError(`${store} is no store: expected ${STORE}`);
  const { config, problems } = readConfig(process.env);
  for (const problem of problems) say(`rolefence: warning: ${problem}`);
  const direct = outgoing(config);
  if (location.kind === 'folder') {
    return { fleet: openFleet(location, { region: '', env: process.env, direct, timeoutMs: TIMEOUT_MS }), store };
  }
  // The SDK's own chain: environment, profiles, SSO.
  const { STSClient } = await import('@aws-sdk/client-sts');
  const { config: sdk } = new STSClient({});
  try {
    const region = await sdk.region();
    await sdk.credentials();
    const credentials = async () => {
      const { accessKeyId, secretAccessKey, sessionToken } = await sdk.credentials();
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    };
    return {
      fleet: openFleet(location, { region, env: process.env, direct, timeoutMs: TIMEOUT_MS, credentials }),
      store,
    };
  } catch (cause) {
    const why = cause instanceof Error && /region/i.test(cause.message) ? 'a region (AWS_REGION)' : 'AWS credentials';
    throw new UsageError(`${store} needs ${why}, and there are none`, { cause });
  }
}
