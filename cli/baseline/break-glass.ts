import { BREAK_GLASS, type BreakGlass, LONGEST_MS } from '../../baseline/approval/break-glass.ts';
import { isLine } from '../../baseline/approval/switch.ts';
import { functionName } from '../../baseline/model/entry-for.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print, say } from '../output.ts';
import { userName } from './approve.ts';
import { mustBeMeant, mustEndNoOther, warnUnheeded, whatHolds } from './glass-checks.ts';
import { SIGNER_OPTIONS, SIGNER_ROWS, signerFor } from './signer.ts';
import { openStore, STORE } from './store.ts';

const HOUR_MS = 3_600_000;

export const breakGlass: Command = {
  help: `Breaks the glass: sensors in block mode that start from now on only alert, until the hours are over or --end takes it back. Nothing has to be deployed. Sensors that run
already take no notice until their environment ends. Without --hours and --end it says what holds.

Usage: rolefence baseline break-glass STORE [--hours N --reason TEXT [options] | --end]

STORE is ${STORE}.

Options:
${table([['--hours N', `for how long, at most ${LONGEST_MS / HOUR_MS}`], ['--reason TEXT', 'why; every sensor says it, in its log and in a finding'], ['--function NAME', 'only this function; repeatable (default: the whole fleet)'], ['--by NAME', 'who (default: the user at this machine)'], ...SIGNER_ROWS, ['--end', 'block again'], ['--json', 'print {"store","breakGlass"}, which is null where it is not broken'], ['--help', 'this text']])}

Sensors with ROLEFENCE_BASELINE_KEY heed it only with a signature: --key or --kms. A store holds one switch: what another one opened stays open, since a new one must reach all
its functions for as long, or it is refused.

Examples:
  rolefence baseline break-glass dynamodb://rolefence-baselines --hours 4 --reason 'release 41 writes to a new table' --key private.pem
  rolefence baseline break-glass dynamodb://rolefence-baselines --end
`,
  async run(args) {
    const { values, positionals } = parseOptions('baseline break-glass', args, {
      hours: { type: 'string' },
      reason: { type: 'string' },
      function: { type: 'string', multiple: true },
      by: { type: 'string' },
      end: { type: 'boolean' },
      ...SIGNER_OPTIONS,
      ...JSON_OPTIONS,
    });
    const json = wantsJson(values);
    if (values.end === true && values.hours !== undefined) throw new UsageError('--hours and --end: one of them');
    if (values.end === true && values.function !== undefined)
      throw new UsageError('--end ends all of it, whoever is named: without --function');
    if (values.hours === undefined && values.reason !== undefined)
      throw new UsageError('--hours N is missing: for how long block mode only alerts');
    const turned = values.hours === undefined ? null : switchOf(values.hours, values);
    const signer = turned === null ? null : await signerFor(values);
    const open = await openStore('break-glass', positionals);
    const { fleet, store } = open;
    const tell = async (value: BreakGlass | null, sentence: string): Promise<number> => {
      if (json) await print(`${JSON.stringify({ store, breakGlass: value })}\n`);
      else say(`rolefence baseline break-glass: ${sentence}`);
      return 0;
    };
    if (values.end === true)
      return tell(null, (await fleet.breakGlass.end()) ? `${store} blocks again` : `${store} was not broken`);
    if (turned !== null) {
      await mustBeMeant(open, turned.functions ?? []);
      await mustEndNoOther(open, turned);
      if (signer === null) await warnUnheeded(open, turned.functions);
      const signed = signer === null ? turned : { ...turned, signature: await signer.sign(turned) };
      await fleet.breakGlass.turn(signed);
      return tell(signed, `${store}: ${whatHolds(turned)}`);
    }
    const held = await fleet.breakGlass.load(null);
    const holds = held !== null && Date.parse(held.until) > Date.now();
    return tell(holds ? held : null, holds ? `${store}: ${whatHolds(held)}` : `${store} is not broken`);
  },
};

function switchOf(
  hours: string,
  values: {
    readonly reason?: string | undefined;
    readonly by?: string | undefined;
    readonly function?: readonly string[] | undefined;
  },
): BreakGlass {
  const length = /^\d{1,3}(?:\.\d{1,2})?$/.test(hours) ? Number(hours) * HOUR_MS : 0;
  if (length <= 0 || length > LONGEST_MS)
    throw new UsageError(`--hours must be a number from 0.01 to ${LONGEST_MS / HOUR_MS}`);
  if (values.reason === undefined) throw new UsageError('--reason TEXT is missing: why the glass is broken');
  const by = values.by ?? userName();
  if (!isLine(values.reason) || (by !== null && !isLine(by)))
    throw new UsageError('--reason and --by must be one line of at most 200 characters');
  const functions = values.function?.map(functionName) ?? null;
  const odd = functions?.find((name) => !/^[\w-]{1,64}$/.test(name));
  if (odd !== undefined) throw new UsageError(`--function: ${odd} is no name of a function; it may be repeated`);
  const now = Date.now();
  return {
    format: BREAK_GLASS,
    from: new Date(now).toISOString(),
    until: new Date(now + length).toISOString(),
    by,
    reason: values.reason,
    functions,
  };
}
