import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { fileProblem, InputError, UsageError } from '../errors.ts';
import { readText } from '../input/whole.ts';
import { type Change, isConfigured, isIsolation } from './change.ts';
import { POLICIES } from './policies.ts';

/** What puts everything back. Written, and on disk, before anything is changed. */
export interface UndoFile {
  readonly format: typeof UNDO;
  readonly made: string;
  readonly command: string;
  readonly changes: readonly Change[];
}

export const UNDO = 'rolefence.undo/1';

/** Never over another one: that may be the only way back. */
export function writeUndo(path: string, undo: UndoFile): void {
  let made = false;
  try {
    const file = openSync(path, 'wx', 0o600);
    made = true;
    try {
      writeSync(file, `${JSON.stringify(undo, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    // Half a file puts nothing back, and would be in the way of the next try.
    if (made) rmSync(path, { force: true });
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UsageError(
      `--undo: ${path} ${exists ? 'exists already: name another file' : `cannot be written (${fileProblem(cause)})`}; nothing was changed`,
      { cause },
    );
  }
}

export function readUndo(path: string): UndoFile {
  let value: unknown;
  try {
    value = JSON.parse(readText(path, 'an undo file (JSON)'));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new InputError(path, null, 'not valid JSON: an undo file was expected', { cause });
  }
  const { format, changes } = (typeof value === 'object' && value !== null ? value : {}) as Partial<UndoFile>;
  if (format !== UNDO)
    throw new InputError(
      path,
      null,
      `field format is ${JSON.stringify(format) ?? 'missing'}, expected "${UNDO}": this is no undo file`,
    );
  if (!Array.isArray(changes)) throw new InputError(path, null, 'field changes is missing, expected a list');
  for (const [i, change] of changes.entries()) {
    if (!isChange(change)) throw new InputError(path, null, `field changes[${i}] is no change that this version knows`);
    if (change.kind === 'role-policy' && !POLICIES.includes(change.policy))
      throw new InputError(
        path,
        null,
        `field changes[${i}].policy is ${JSON.stringify(change.policy)}, expected ${POLICIES.join(' or ')}: others are not touched`,
      );
  }
  return value as UndoFile;
}

function isChange(value: unknown): value is Change {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, before, after, role, policy, store, function: name } = value as Record<string, unknown>;
  if (kind === 'role-policy')
    return (
      typeof role === 'string' &&
      typeof policy === 'string' &&
      [before, after].every((one) => one === null || typeof one === 'string')
    );
  if (kind === 'configuration') return typeof name === 'string' && isConfigured(before) && isConfigured(after);
  if (kind === 'isolation')
    return (
      typeof store === 'string' &&
      typeof name === 'string' &&
      [before, after].every((one) => one === null || isIsolation(one))
    );
  return (
    kind === 'concurrency' &&
    typeof name === 'string' &&
    [before, after].every((one) => one === null || typeof one === 'number')
  );
}
