import { createHash } from 'node:crypto';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { nextSerial } from '../../baseline/approval/serial.ts';
import { canonicalBytes } from '../../baseline/approval/signature.ts';
import { type BaselineDocument, FORMAT } from '../../baseline/model/document.ts';
import { diffBaselines } from '../../baseline/review/diff.ts';
import { type ToldChange, withNovelty } from '../../baseline/store/novelty.ts';
import { UsageError } from '../errors.ts';
import type { BaselineFile } from './read.ts';

/** What `approve` writes into the document: that somebody looked at what it allows, and when. */
export interface Approval {
  /** ISO 8601 UTC. */
  readonly time: string;
  /** Grows with every approval, see `nextSerial`: a sensor that was told a later one refuses an earlier. */
  readonly serial: number;
  /** The serial of an older approval, where this one goes back to what that approved. */
  readonly restores?: number;
  /** Who, as they call themselves; null where nobody said. */
  readonly by: string | null;
  /** SHA-256 of what was approved, canonical: whatever is changed afterwards is approved no more. */
  readonly digest: string;
}

/**
 * The document with an approval and without the signature that it bore: that was for what it was before. Where things come from is for whoever approves, and does not go
 * to sensors.
 */
export function approved({ raw }: Pick<BaselineFile, 'raw'>, approval: Approval): Record<string, unknown> {
  const { format, functions, approval: _a, signature: _s, origins: _o, deployments: _d, pool: _p, ...rest } = raw;
  return { format, approval, ...rest, functions };
}

/** An approval of what the document holds, later than `before`. */
export const newApproval = (raw: BaselineFile['raw'], by: string | null, before: number | null): Approval => {
  const now = new Date();
  return { time: now.toISOString(), serial: nextSerial(now, before), by, digest: digestOf(raw) };
};

export const isApproved = ({ raw }: BaselineFile): boolean =>
  typeof raw.approval === 'object' && (raw.approval as Approval | null)?.digest === digestOf(raw);

export const digestOf = ({ format, functions }: Readonly<Record<string, unknown>>): string =>
  createHash('sha256').update(canonicalBytes({ format, functions })).digest('hex');

export const NOTHING: BaselineDocument = { format: FORMAT, functions: {} };

/** What is new to whoever approved `before`; all of it where nobody did. */
export const news = (file: BaselineFile, before: BaselineFile | null): readonly ToldChange[] =>
  withNovelty(diffBaselines(before?.document ?? NOTHING, file.document), file.document, file.raw);

/** Asks on a terminal; without one the command itself is the answer. */
export async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } catch (cause) {
    throw new UsageError('no answer: nothing was approved', { cause });
  } finally {
    terminal.close();
  }
}

/** Who approves, where nobody said. */
export function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
