import type { Account } from './account.ts';
import { type Change, type Configured, inverse, isConfigured, sameState, sentence } from './change.ts';
import { isRenewal, renewing } from './isolation.ts';
import { changedSince } from './newer-undo.ts';
import type { UndoFile } from './undo.ts';

/** What an undo file comes to, as things are now. */
export interface PuttingBack {
  readonly changes: readonly Change[];
  /** A sentence for each thing that is not as this file's command left it, and stays as it is. */
  readonly kept: readonly string[];
}

/** Last done, first taken back; but an isolation ends before the function gets new environments, which would read it again. */
const backwards = (changes: readonly Change[]): Change[] =>
  [...changes].reverse().sort((a, b) => Number(b.kind === 'isolation') - Number(a.kind === 'isolation'));

export async function puttingBack(
  account: Pick<Account, 'state'>,
  undo: UndoFile,
  file: string,
  force: boolean,
): Promise<PuttingBack> {
  const changes: Change[] = [];
  const kept: string[] = [];
  for (const change of backwards(undo.changes)) {
    const now = await account.state(change);
    const opened = changes.some(({ kind, after }) => kind === 'isolation' && after === null);
    const own = ownPart(change, now);
    const asLeft = sameState(now, own.after);
    if (!asLeft && isRenewal(change)) {
      // Environments that somebody else's change has brought found the isolation, too
      if (opened) changes.push(renewing(change.function, now as Configured, new Date()));
      continue;
    }
    if (sameState(now, own.before)) continue;
    const back = { ...inverse(own), before: now } as Change;
    if (force || asLeft) changes.push(back);
    else kept.push(`${changedSince(change, undo, file)}; --force does it all the same: ${sentence(back)}`);
  }
  return { changes, kept };
}

/** Layers that a change left as they were are none of its business, whatever has become of them. */
function ownPart(change: Change, now: Change['after']): Change {
  if (change.kind !== 'configuration' || !isConfigured(now)) return change;
  const { before, after } = change;
  if (before.layers.join() !== after.layers.join()) return change;
  const { layers } = now;
  return { ...change, before: { ...before, layers }, after: { ...after, layers } };
}
