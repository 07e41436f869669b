import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline/promises';
import { canonicalBytes } from '../../baseline/approval/signature.ts';
import { diffBaselines } from '../../baseline/model/diff.ts';
import { type BaselineDocument, FORMAT } from '../../baseline/model/document.ts';
import { UsageError } from '../errors.ts';
import type { BaselineFile } from './read.ts';

/** What `approve` writes into the document: that somebody looked at what it allows, and when. */
export interface Approval {
  /** ISO 8601 UTC. A sensor that has seen a later one can refuse an earlier. */
  readonly time: string;
  /** Who, as they call themselves; null where nobody said. */
  readonly by: string | null;
  /** SHA-256 of what was approved, canonical: whatever is changed afterwards is approved no more. */
  readonly digest: string;
}

/** The document with an approval and without the signature that it bore: that was for what it was before. */
export function approved({ raw }: BaselineFile, approval: Approval): Record<string, unknown> {
  const { format, functions, approval: _before, signature: _signature, ...rest } = raw;
  return { format, approval, ...rest, functions };
}

export const isApproved = ({ raw }: BaselineFile): boolean =>
  typeof raw.approval === 'object' && (raw.approval as Approval | null)?.digest === digestOf(raw);

export const digestOf = ({ format, functions }: Readonly<Record<string, unknown>>): string =>
  createHash('sha256').update(canonicalBytes({ format, functions })).digest('hex');

const NOTHING: BaselineDocument = { format: FORMAT, functions: {} };

/** What is new to whoever approved `before`; all of it where nobody did. */
export const news = (file: BaselineFile, before: BaselineFile | null) =>
  diffBaselines(before?.document ?? NOTHING, file.document);

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
