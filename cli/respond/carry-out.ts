import { sentenceOf, UsageError } from '../errors.ts';
import type { Account } from './account.ts';
import { type Change, inverse, sentence } from './change.ts';

/** All of the changes or none: what was done is taken back where a later one fails. */
export async function carryOut(account: Pick<Account, 'apply'>, changes: readonly Change[]): Promise<void> {
  const done: Change[] = [];
  for (const change of changes) {
    try {
      await account.apply(change);
      done.push(change);
    } catch (error) {
      const stuck: string[] = [];
      for (const one of done.reverse()) {
        try {
          await account.apply(inverse(one));
        } catch (again) {
          stuck.push(`${sentence(one)} could not be taken back (${sentenceOf(again)})`);
        }
      }
      const rest =
        stuck.length > 0
          ? stuck.join('; ')
          : done.length > 0
            ? 'what had been done was taken back'
            : 'nothing was changed';
      throw new UsageError(`${sentenceOf(error)}; ${rest}`, { cause: error });
    }
  }
}
