import { serialOf } from '../../baseline/approval/serial.ts';
import { parseBaseline } from '../../baseline/model/read.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted } from '../progress.ts';
import { styleFor, widthOf } from '../style.ts';
import { type Approval, approved, confirmed, newApproval, news, userName } from './approve.ts';
import { showChanges } from './changes.ts';
import { type KnownFunction, knownFunctions } from './known-functions.ts';
import type { BaselineFile } from './read.ts';
import { SIGNER_OPTIONS, SIGNER_ROWS, signerFor } from './signer.ts';
import { type OpenStore, oneFunction, openStore, STORE } from './store.ts';

const HELP_ROW = ['--help', 'this text'] as const;
const SHOWN = 20;

/** Commands for what was approved before. */
export const history: Command = {
  help: `Lists what was ever published for a function, the newest first; the one that sensors take is marked *. Without --function it lists the functions that the store knows.

Usage: rolefence baseline history STORE [--function NAME]

STORE is ${STORE}.

Options:
${table([['--function NAME', 'whose'], ['--limit N', `how many at most (default ${SHOWN})`], ['--json', 'print {"function","approved":[{"serial","time","by","restores","signed","current","actions"}]}; without --function {"functions":[{"function","approved","learned","handedIn"}]}'], HELP_ROW])}

Examples:
  rolefence baseline history dynamodb://rolefence-baselines
  rolefence baseline history dynamodb://rolefence-baselines --function resize
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline history', args, {
      function: { type: 'string' },
      limit: { type: 'string' },
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    const limit = values.limit === undefined ? SHOWN : numberOf('--limit', values.limit, 'a whole number from 1');
    if (values.function === undefined) return functionsOf(await openStore('history', positionals), json);
    const name = oneFunction(values.function, WHOSE);
    const open = await openStore('history', positionals);
    const [newest, serials] = await Promise.all([
      open.fleet.approvals.newest(name),
      open.fleet.approvals.serials(name),
    ]);
    if (serials.length === 0) throw new UsageError(`${open.store} holds nothing approved for the function ${name}`);
    const current = newest === null ? null : serialOf(JSON.parse(newest) as object);
    const rows = [];
    for (const serial of serials.slice(0, limit)) rows.push(rowOf(await past(open, name, serial), serial, current));
    if (json) await print(`${JSON.stringify({ function: name, approved: rows })}\n`);
    else {
      const cells = rows.map((row) => [
        `${row.current ? '*' : ' '} ${row.serial}`,
        `${row.time.slice(0, 16).replace('T', ' ')} by ${row.by ?? 'nobody named'}, ${counted(row.actions, 'action')}${row.restores === null ? '' : `, restores ${row.restores}`}${row.signed ? ', signed' : ''}`,
      ]);
      await print(`${table(cells as [string, string][])}\n`);
    }
    return 0;
  },
};

export const rollback: Command = {
  help: `Approves anew what was approved before, and publishes it under a new serial: sensors that refuse older serials (ROLEFENCE_BASELINE_MIN) take it all the same.

Usage: rolefence baseline rollback STORE --function NAME --to SERIAL

STORE is ${STORE}.

Options:
${table([['--function NAME', 'whose'], ['--to SERIAL', 'which one, as history lists them'], ...SIGNER_ROWS, ['--by NAME', 'who approves (default: the user at this machine)'], ['--yes', 'do not ask'], ['--json', 'print {"function","restores","approval","changes"}'], HELP_ROW])}

Exit codes: 0 published; 1 the answer was no, and nothing was changed; 2 usage or bad input.

Examples:
  rolefence baseline rollback dynamodb://rolefence-baselines --function resize --to 20261125190812 --key private.pem
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline rollback', args, {
      function: { type: 'string' },
      to: { type: 'string' },
      by: { type: 'string' },
      yes: { type: 'boolean' },
      ...SIGNER_OPTIONS,
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    const name = oneFunction(values.function, WHOSE);
    if (values.to === undefined) throw new UsageError('--to SERIAL is missing: rolefence baseline history lists them');
    const serial = numberOf('--to', values.to, 'a serial, as rolefence baseline history lists them');
    const open = await openStore('rollback', positionals);
    const newest = await open.fleet.approvals.newest(name);
    if (newest === null) throw new UsageError(`${open.store} holds nothing approved for the function ${name}`);
    const current = fileOf(newest, `${open.store} approved`);
    const old = fileOf(await past(open, name, serial), `${open.store} ${serial}`);
    const signer = await signerFor(values);
    if (signer === null && current.raw.signature !== undefined)
      throw new UsageError(
        'what is approved now is signed: give --key PEM or --kms KEY, or sensors refuse what replaces it',
      );
    const changes = news(old, current);
    if (!json) {
      const nothing = 'It allows the same as what is approved now.\n';
      await print(
        changes.length === 0 ? nothing : showChanges(changes, styleFor(process.stdout), widthOf(process.stdout)),
      );
    }
    if (values.yes !== true && !(await confirmed(`Go back to ${serial}?`))) {
      say('rolefence baseline rollback: nothing was changed');
      return 1;
    }
    const approval = newApproval(old.raw, values.by ?? userName(), serialOf(current.raw));
    const document = approved(old, { ...approval, restores: serial });
    const signed = signer === null ? document : { ...document, signature: await signer.sign(document) };
    await open.fleet.approvals.publish(name, JSON.stringify(signed));
    if (json) await print(`${JSON.stringify({ function: name, restores: serial, approval, changes })}\n`);
    else say(`rolefence baseline rollback: ${open.store} has ${serial} again for ${name}, as ${approval.serial}`);
    return 0;
  },
};

const WHOSE = 'whose approved baselines';

async function functionsOf({ fleet, store }: OpenStore, json: boolean): Promise<number> {
  const functions = await knownFunctions(fleet);
  if (json) await print(`${JSON.stringify({ functions })}\n`);
  else if (functions.length === 0) say(`rolefence baseline history: ${store} holds nothing of any function yet`);
  else {
    const rows = functions.map((known): [string, string] => [known.function, held(known, store)]);
    await print(`${table(rows)}\n`);
    say('rolefence baseline history: --function NAME lists what was ever published for one of them');
  }
  return 0;
}

/** What was handed in since the last run of the aggregation is worth a word only where nothing of it was joined before. */
function held({ approved, learned, handedIn }: KnownFunction, store: string): string {
  if (learned) return approved ? 'approved, and a candidate' : 'a candidate, nothing approved';
  const waiting = handedIn ? [`handed in, not aggregated yet (rolefence baseline aggregate ${store})`] : [];
  return [...(approved ? ['approved'] : []), ...waiting].join('; ');
}

async function past({ fleet, store }: OpenStore, name: string, serial: number): Promise<string> {
  const text = await fleet.approvals.past(name, serial);
  if (text === null) throw new UsageError(`${store} holds no approved baseline ${serial} of the function ${name}`);
  return text;
}

const fileOf = (text: string, name: string): BaselineFile => ({
  name,
  document: parseBaseline(text, name),
  raw: JSON.parse(text) as BaselineFile['raw'],
});

function rowOf(text: string, serial: number, current: number | null) {
  const { raw, document } = fileOf(text, `${serial}`);
  const approval = raw.approval as Partial<Approval> | undefined;
  return {
    serial,
    time: approval?.time ?? '',
    by: approval?.by ?? null,
    restores: approval?.restores ?? null,
    signed: raw.signature !== undefined,
    current: serial === current,
    actions: Object.values(document.functions).reduce((sum, { actions }) => sum + Object.keys(actions).length, 0),
  };
}

function numberOf(option: string, value: string, expected: string): number {
  if (/^[1-9]\d{0,15}$/.test(value)) return Number(value);
  throw new UsageError(`${option} must be ${expected}, not '${value.slice(0, 24)}'`);
}
