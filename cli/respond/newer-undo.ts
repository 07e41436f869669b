import { closeSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Change, subjectOf } from './change.ts';
import { readUndo, UNDO, type UndoFile } from './undo.ts';

/** Why one change is not put back as it is: mostly it was our own next command that came after it, and its undo file lies beside this one. */
export function changedSince(change: Change, undo: UndoFile, file: string): string {
  const subject = subjectOf(change);
  const newer = newerThan(undo, file, subject);
  const ways = newer === null ? [] : [`first put back ${newer}, which is newer`];
  if (undo.command === 'attach' && change.kind === 'configuration')
    ways.push(`rolefence detach ${subject.replace(/^function /, '')} takes out all that is ours`);
  return `${subject} was changed after ${file} was written${ways.length === 0 ? '' : `: ${ways.join('; or ')}`}`;
}

/** Of the undo files in this folder and in that of `file`, the newest about the same thing. */
function newerThan(undo: UndoFile, file: string, subject: string): string | null {
  let newest: { readonly name: string; readonly made: string } | null = null;
  for (const folder of new Set(['.', dirname(file)].map((one) => realpathSync(one)))) {
    for (const entry of namesIn(folder)) {
      const path = join(folder, entry);
      const other = isUndo(path) ? readable(path) : null;
      if (other === null || !(other.made > (newest ?? undo).made)) continue;
      if (other.changes.some((one) => subjectOf(one) === subject))
        newest = { name: folder === resolve('.') ? entry : path, made: other.made };
    }
  }
  return newest?.name ?? null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((one) => one.isFile() && one.name.endsWith('.json'))
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** By its beginning, as `writeUndo` makes it: people keep baselines and logs beside it. */
function isUndo(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    try {
      const head = Buffer.alloc(64);
      return head.toString('latin1', 0, readSync(file, head)).includes(UNDO);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}

function readable(path: string): UndoFile | null {
  try {
    return readUndo(path);
  } catch {
    return null;
  }
}
