import { serialOf } from '../../baseline/approval/serial.ts';
import { parseBaseline } from '../../baseline/model/read.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { hanging } from '../layout.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { counted, createProgress } from '../progress.ts';
import { legible, type Style, styleFor, widthOf } from '../style.ts';
import { approved, confirmed, newApproval, news, userName } from './approve.ts';
import { showChanges } from './changes.ts';
import { holdsNone } from './known-functions.ts';
import type { BaselineFile } from './read.ts';
import { SIGNER_OPTIONS, SIGNER_ROWS, signerFor } from './signer.ts';
import { glassWords, heldWords, type Standing, standing, standings, switchesOf, switchWords } from './standing.ts';
import { type OpenStore, oneFunction, openStore, STORE } from './store.ts';
import { mustStaySigned, toldApproval } from './told-approval.ts';

const HELP_ROW = ['--help', 'this text'] as const;
const SHOWN = 20;

/** Commands for what was approved before. */
export const history: Command = {
  help: `Lists what was ever published for a function, the newest first; the one that sensors take is marked *. Without --function it
lists the functions that the store knows: what is approved of each, what waits, and whether it is isolated or its block mode only alerts. Of a function with nothing approved it says the same.

Usage: rolefence baseline history STORE [--function NAME]

STORE is ${STORE}.

Options:
${table([['--function NAME', 'whose'], ['--limit N', `how many at most (default ${SHOWN})`], ['--json', 'print {"function","approved":[{"serial","time","by","restores","signed","current","actions"}],"isolation","breakGlass"}; without --function\n{"functions":[{"function","approved","learned","handedIn","approval":{"serial","time","by","signed"},"news","isolation","isolationUnread","breakGlass"}],"breakGlass"}'], HELP_ROW])}

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
    const [newest, serials, switches] = await Promise.all([
      open.fleet.approvals.newest(name),
      open.fleet.approvals.serials(name),
      switchesOf(open, name),
    ]);
    if (serials.length === 0) return unapproved(open, name, json);
    const current = newest === null ? null : serialOf(JSON.parse(newest) as object);
    const rows = [];
    for (const serial of serials.slice(0, limit)) rows.push(rowOf(await past(open, name, serial), serial, current));
    if (json) await print(`${JSON.stringify({ function: name, approved: rows, ...switches })}\n`);
    else {
      const cells = rows.map((row) => [
        `${row.current ? '*' : ' '} ${row.serial}`,
        `${row.time.slice(0, 16).replace('T', ' ')} by ${row.by ?? 'nobody named'}, ${counted(row.actions, 'action')}${row.restores === null ? '' : `, restores ${row.restores}`}${row.signed ? ', signed' : ''}`,
      ]);
      const signed = rows.some((row) => row.current && row.signed);
      const held = legible(switchWords(switches, signed)).map((words) =>
        styleFor(process.stdout).yellow(`  ${name}: ${words}`),
      );
      await print(`${[...held, table(legible(cells) as [string, string][])].join('\n')}\n`);
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
    if (newest === null) throw await holdsNone(open, 'nothing approved for', name);
    const current = fileOf(newest, `${open.store} approved`);
    const old = fileOf(await past(open, name, serial), `${open.store} ${serial}`);
    const signer = await signerFor(values);
    if (signer === null) mustStaySigned(newest, {});
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

/** Of whom nothing is approved: what waits, and which switches hold. */
async function unapproved(open: OpenStore, name: string, json: boolean): Promise<number> {
  const one = await standing(open, name);
  if (one === null) throw await holdsNone(open, 'nothing approved for', name);
  const { isolation, breakGlass } = one;
  if (json) await print(`${JSON.stringify({ function: name, approved: [], isolation, breakGlass })}\n`);
  else await print(`${listOf([one], open.store, styleFor(process.stdout), widthOf(process.stdout))}\n`);
  return 0;
}

async function functionsOf(open: OpenStore, json: boolean): Promise<number> {
  const progress = createProgress(process.stderr);
  const { functions, breakGlass } = await standings(open, (done, of) =>
    progress.show(done, of, () => `${done} of ${of} functions`),
  );
  progress.clear();
  if (json) await print(`${JSON.stringify({ functions, breakGlass })}\n`);
  else if (functions.length > 0)
    await print(`${listOf(functions, open.store, styleFor(process.stdout), widthOf(process.stdout))}\n`);
  else {
    const glass = breakGlass === null ? '' : `; ${glassWords(breakGlass, false)}`;
    say(`rolefence baseline history: ${open.store} holds nothing of any function yet${glass}`);
  }
  return 0;
}

function listOf(functions: readonly Standing[], store: string, style: Style, width: number): string {
  const column = Math.max(...functions.map(({ function: name }) => name.length)) + 4;
  return legible(functions)
    .flatMap((one) => [
      ...hanging(`  ${one.function}`.padEnd(column), heldWords(one, store), width),
      ...switchWords(one, one.approval?.signed === true).flatMap((words) =>
        hanging(' '.repeat(column), words, width, style.yellow),
      ),
    ])
    .join('\n');
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
  return {
    ...toldApproval(raw),
    serial,
    current: serial === current,
    actions: Object.values(document.functions).reduce((sum, { actions }) => sum + Object.keys(actions).length, 0),
  };
}

function numberOf(option: string, value: string, expected: string): number {
  if (/^[1-9]\d{0,15}$/.test(value)) return Number(value);
  throw new UsageError(`${option} must be ${expected}, not '${value.slice(0, 24)}'`);
}
