import type { LearnedDocument } from '../../baseline/store/learned.ts';
import type { Command } from '../command.ts';
import { table } from '../help.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { holdsNone } from './known-functions.ts';
import { countOf, period } from './show.ts';
import { oneFunction, openStore, STORE } from './store.ts';

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
    'print {"store","function","candidate","actions","invocations","from","to","slots","reset"}: whether there is a candidate and what is in it, how many slots hold something, and whether it was done',
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
    const name = oneFunction(values.function, 'whose candidate');
    const open = await openStore('reset', positionals);
    const { fleet, store } = open;
    const { parts, slots } = await fleet.pending(name);
    if (parts + slots === 0) throw await holdsNone(open, 'nothing learned of', name);
    const done = values.yes === true;
    const learned = parts === 0 ? null : contentsOf(await fleet.candidate(name).catch(() => null));
    if (done) await fleet.forget(name);
    const what = [
      ...(parts === 0 ? [] : [`the candidate${learned === null ? ', which cannot be read,' : ` (${told(learned)})`}`]),
      counted(slots, 'slot'),
    ].join(' and ');
    const keep =
      parts === 0 ? '' : `; to keep a copy first: rolefence baseline pull ${store} --function ${name} --out FILE`;
    if (json)
      await print(
        `${JSON.stringify({ store, function: name, candidate: parts > 0, ...learned, slots, reset: done })}\n`,
      );
    else if (done) say(`rolefence baseline reset: ${store} has forgotten ${what} of ${name}`);
    else
      say(
        `rolefence baseline reset: ${store} would forget ${what} of ${name}: nothing was changed, --yes does it${keep}`,
      );
    return 0;
  },
};

/** What is in it, for whoever is about to forget it; null where it cannot be read. */
function contentsOf(candidate: LearnedDocument | null) {
  const [learned] = Object.values(candidate?.functions ?? {});
  if (learned === undefined) return null;
  const { actions, invocations, from, to } = learned;
  return { actions: Object.keys(actions).length, invocations: countOf(invocations), from, to };
}

const told = (learned: NonNullable<ReturnType<typeof contentsOf>>): string =>
  `${counted(learned.actions, 'action')}, ${period(learned, learned.invocations)}`;
