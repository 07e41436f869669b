import { fleetAt } from '../baseline/store.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { fileName, JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print } from '../output.ts';
import { createProgress } from '../progress.ts';
import { Account } from '../respond/account.ts';
import { carryOut } from '../respond/carry-out.ts';
import type { Change } from '../respond/change.ts';
import { restoreCommand } from '../respond/restore-command.ts';
import { UNDO, writeUndo } from '../respond/undo.ts';
import { styleFor, widthOf } from '../style.ts';
import { patternOf, type Selection, selected, tagOf } from './functions.ts';
import { ATTACH_HELP, DETACH_HELP } from './help.ts';
import { checkLayerArn, Layers } from './layers.ts';
import { type Plan, planAttach, planDetach } from './plan.ts';
import { settingsOf } from './settings.ts';
import { planJson, planText } from './show.ts';
import { Stores } from './stores.ts';
import { type FunctionState, isSealed, layerKind, unsupported } from './support.ts';

const COMMON = {
  tag: { type: 'string' },
  all: { type: 'boolean' },
  match: { type: 'string' },
  'layer-arn': { type: 'string', multiple: true },
  apply: { type: 'boolean' },
  undo: { type: 'string' },
  ...JSON_OPTIONS,
} as const;

const ATTACH = {
  ...COMMON,
  mode: { type: 'string' },
  baseline: { type: 'string' },
  sealed: { type: 'boolean' },
  set: { type: 'string', multiple: true },
} as const;

const DETACH = { ...COMMON, from: { type: 'string' }, force: { type: 'boolean' } } as const;

export const attach: Command = {
  help: ATTACH_HELP,
  async run(args) {
    const { values, positionals } = parseOptions('attach', args, ATTACH);
    const settings = settingsOf(values);
    const given = (values['layer-arn'] ?? []).map(checkLayerArn);
    return perform('attach', selectionOf(positionals, values), values, async (account, functions) => {
      const layers = new Layers(await account.lambda(), given);
      const plans: Plan[] = [];
      for (const state of functions) {
        const sealed = isSealed({ ...state.variables, ...settings });
        const reason = unsupported(state, sealed);
        const layer = reason === null ? await layers.for(state, layerKind(state, sealed)) : { reason };
        plans.push(
          'arn' in layer
            ? planAttach(state, layer.arn, settings)
            : { function: state, notes: [], state: 'refused', reason: layer.reason },
        );
      }
      return lookingUp(plans, (each) => new Stores(fleetAt).noted(plans, each));
    });
  },
};

export const detach: Command = {
  help: DETACH_HELP,
  async run(args) {
    const { values, positionals } = parseOptions('detach', args, DETACH);
    if (values.from !== undefined) {
      if (positionals.length > 0 || values.tag !== undefined || values.all === true)
        throw new UsageError('--from names all that is put back: no functions besides it');
      return restoreCommand.run([
        fileName('--from', values.from),
        ...(values.apply === true ? ['--apply'] : []),
        ...(values.force === true ? ['--force'] : []),
        ...(wantsJson(values) ? ['--json'] : []),
      ]);
    }
    if (values.force === true) throw new UsageError('--force is for --from');
    const given = (values['layer-arn'] ?? []).map(checkLayerArn);
    return perform('detach', selectionOf(positionals, values), values, (_, functions) => {
      const plans = functions.map((state) => planDetach(state, given));
      return lookingUp(plans, (each) => new Stores(fleetAt).freed(plans, each));
    });
  },
};

/** A fleet's functions take a while. */
async function lookingUp(
  plans: readonly Plan[],
  look: (each: (done: number) => void) => Promise<Plan[]>,
): Promise<Plan[]> {
  const progress = createProgress(process.stderr);
  try {
    return await look((done) =>
      progress.show(done, plans.length, () => `${done} of ${plans.length} functions looked up in their stores`),
    );
  } finally {
    progress.clear();
  }
}

function selectionOf(
  names: readonly string[],
  values: { readonly tag?: string; readonly all?: boolean; readonly match?: string },
): Selection {
  const ways = [names.length > 0, values.tag !== undefined, values.all === true].filter(Boolean).length;
  if (ways === 0) throw new UsageError('FUNCTION, --tag or --all is missing');
  if (ways > 1) throw new UsageError('functions by name, --tag or --all: one of them');
  if (values.match !== undefined && names.length > 0) throw new UsageError('--match goes with --tag or --all');
  return {
    names,
    tag: values.tag === undefined ? null : tagOf(values.tag),
    all: values.all === true,
    match: values.match === undefined ? null : patternOf(values.match),
  };
}

/** Reads, plans, shows; and with --apply writes the undo file first and then makes all changes or none. */
async function perform(
  name: 'attach' | 'detach',
  selection: Selection,
  values: { readonly apply?: boolean; readonly undo?: string; readonly json?: boolean; readonly format?: string },
  plan: (account: Account, functions: readonly FunctionState[]) => Promise<Plan[]>,
): Promise<number> {
  const json = wantsJson(values);
  const account = new Account();
  try {
    const functions = await selected(await account.lambda(), selection);
    if (functions.length === 0) throw new UsageError('no function is like that in this account and region');
    const plans = await plan(account, functions);
    const refused = plans.filter((one) => one.state === 'refused');
    if (selection.names.length > 0 && refused.length > 0 && (values.apply === true || plans.length === 1))
      throw new UsageError(
        `${refused.map((one) => `function ${one.function.name}: ${one.reason}`).join('; ')}; nothing was changed`,
      );
    const changes = plans.flatMap((one): Change[] => (one.state === 'change' ? [one.change] : []));
    const apply = values.apply === true && changes.length > 0;
    let undo: string | null = null;
    if (apply) {
      const now = new Date();
      const subject = functions.length === 1 ? functions[0]!.name : `${changes.length}-functions`;
      undo =
        values.undo === undefined
          ? `rolefence-undo-${name}-${subject}-${now.toISOString().replace(/[:.]/g, '')}.json`
          : fileName('--undo', values.undo);
      writeUndo(undo, { format: UNDO, made: now.toISOString(), command: name, changes });
      await carryOut(counting(account, changes.length), changes);
    }
    if (json) await print(`${JSON.stringify({ functions: plans.map(planJson), applied: apply, undo }, null, 2)}\n`);
    else await print(planText(plans, apply, undo, name, styleFor(process.stdout), widthOf(process.stdout)));
    return 0;
  } finally {
    account.close();
  }
}

/** Each change takes Lambda some seconds. */
function counting(account: Account, total: number): Pick<Account, 'apply'> {
  const progress = createProgress(process.stderr);
  let done = 0;
  return {
    async apply(change) {
      progress.show(done, total, () => `${done} of ${total} functions`);
      try {
        await account.apply(change);
      } finally {
        done++;
        progress.clear();
      }
    },
  };
}
