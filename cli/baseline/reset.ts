import { functionName } from '../../baseline/model/entry-for.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { openStore, STORE } from './store.ts';

export const reset: Command = {
  help: `Forgets what a fleet has learned of a function and nobody has approved: its candidate, and what was handed in since. A dry run unless --yes. For a candidate that somebody has
filled with what the function never did: what is approved stays, and so does its history.

Usage: rolefence baseline reset STORE --function NAME [--yes]

STORE is ${STORE}.

Environments that run know what they have handed in and do not hand it in again; those that start from now on begin anew. Keep a copy first: rolefence baseline pull.

Options:
${table([
  ['--function NAME', 'whose'],
  ['--yes', 'do it'],
  [
    '--json',
    'print {"store","function","candidate","slots","reset"}: whether there is a candidate, how many slots hold something, and whether it was done',
  ],
  ['--help', 'this text'],
])}

Examples:
  rolefence baseline pull dynamodb://rolefence-baselines --function resize --out before.json
  rolefence baseline reset dynamodb://rolefence-baselines --function resize --yes
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline reset', args, {
      function: { type: 'string' },
      yes: { type: 'boolean' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    if (values.function === undefined || values.function === '')
      throw new UsageError('--function NAME is missing: whose candidate');
    const name = functionName(values.function);
    const { fleet, store } = await openStore('reset', positionals);
    const { parts, slots } = await fleet.pending(name);
    if (parts + slots === 0) throw new UsageError(`${store} holds nothing learned of the function ${name}`);
    const done = values.yes === true;
    if (done) await fleet.forget(name);
    const what = `${parts === 0 ? '' : 'the candidate and '}${counted(slots, 'slot')} of ${name}`;
    if (json) await print(`${JSON.stringify({ store, function: name, candidate: parts > 0, slots, reset: done })}\n`);
    else if (done) say(`rolefence baseline reset: ${store} has forgotten ${what}`);
    else say(`rolefence baseline reset: ${store} would forget ${what}: nothing was changed, --yes does it`);
    return 0;
  },
};
