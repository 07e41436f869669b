import type { KeyObject } from 'node:crypto';
import { BaselineError } from '../model/baseline-error.ts';
import type { BaselineDocument } from '../model/document.ts';
import { parseBaseline } from '../model/read.ts';
import { tooOld } from './serial.ts';
import { checkSignature } from './signature.ts';

/** What a sensor demands of an approved document. It comes from the function's configuration, which neither the function nor who writes the store can change. */
export interface Demand {
  /** It must bear a signature by this key; null asks for none. */
  readonly key: KeyObject | null;
  /** Its serial must be this or a later one; null lets an older document count, too. */
  readonly min: number | null;
}

export const NO_DEMAND: Demand = { key: null, min: null };

/** The document, or BaselineError with one sentence. `source` is what a person would look for. */
export function acceptApproved(text: string, source: string, { key, min }: Demand): BaselineDocument {
  const document = parseBaseline(text, source);
  const raw = JSON.parse(text) as object;
  const check = key === null ? null : checkSignature(raw, key);
  if (check !== null && check.kind !== 'good')
    throw new BaselineError('baseline-signature', `${source} is not approved: ${check.reason}`);
  const old = min === null ? null : tooOld(raw, min);
  if (old !== null) throw new BaselineError('baseline-serial', `${source} is refused: ${old}`);
  return document;
}
