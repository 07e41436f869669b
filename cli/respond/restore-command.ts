import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { JSON_OPTIONS, parseOptions, wantsJson } from '../options.ts';
import { print } from '../output.ts';
import { legible, styleFor } from '../style.ts';
import { Account } from './account.ts';
import { carryOut } from './carry-out.ts';
import { sentence } from './change.ts';
import { RESPOND_HELP } from './help.ts';
import { leftBehind } from './left-behind.ts';
import { puttingBack } from './put-back.ts';
import { readUndo } from './undo.ts';

const OPTIONS = {
  undo: { type: 'string' },
  apply: { type: 'boolean' },
  force: { type: 'boolean' },
  ...JSON_OPTIONS,
} as const;

export const restoreCommand: Command = {
  help: RESPOND_HELP.restore!,
  async run(args) {
    const { values, positionals } = parseOptions('respond restore', args, OPTIONS);
    const [file, ...more] = [...positionals, ...(values.undo === undefined ? [] : [values.undo])];
    if (file === undefined || more.length > 0)
      throw new UsageError('UNDO-FILE is missing: what revoke or isolate has written');
    const undo = readUndo(file);
    const account = new Account();
    try {
      const { changes, kept } = await puttingBack(account, undo, file, values.force === true);
      if (changes.length === 0 && kept.length > 0) throw new UsageError(kept.join('; '));
      const left = [...kept, ...(await leftBehind(account, undo))];
      const apply = values.apply === true && changes.length > 0;
      if (apply) await carryOut(account, changes);
      const style = styleFor(process.stdout);
      const head =
        changes.length === 0
          ? 'Nothing to do: everything is as it was before.'
          : apply
            ? 'Done:'
            : 'What would be done:';
      if (wantsJson(values)) await print(`${JSON.stringify({ changes, applied: apply, left }, null, 2)}\n`);
      else {
        const tail = changes.length > 0 && !apply ? ['', 'Nothing was changed. Add --apply to do it.'] : [];
        const notes = legible(left).map((note) => style.yellow(note));
        await print(
          `${[style.bold(head), ...legible(changes).map((change) => `  ${sentence(change)}`), ...(notes.length > 0 ? ['', ...notes] : []), ...tail].join('\n')}\n`,
        );
      }
      return kept.length > 0 ? 1 : 0;
    } finally {
      account.close();
    }
  },
};
