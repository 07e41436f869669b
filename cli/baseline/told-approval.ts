import { serialOf } from '../../baseline/approval/serial.ts';
import { isTime } from '../../baseline/approval/switch.ts';
import { UsageError } from '../errors.ts';

/** What a document in a store says of its approval. Who may publish for one function may have put anything there: what is of another kind is taken for missing. */
export interface ToldApproval {
  readonly serial: number | null;
  /** Empty where it says none. */
  readonly time: string;
  readonly by: string | null;
  readonly restores: number | null;
  /** Whether the signature holds, whoever has the key knows. */
  readonly signed: boolean;
}

export function toldApproval(document: object): ToldApproval {
  const { approval, signature } = document as { readonly approval?: unknown; readonly signature?: unknown };
  const { time, by, restores } = (approval ?? {}) as Readonly<Record<string, unknown>>;
  return {
    serial: serialOf(document),
    time: isTime(time) ? time : '',
    by: typeof by === 'string' ? by.slice(0, 200) : null,
    restores: typeof restores === 'number' ? restores : null,
    signed: signature !== undefined,
  };
}

/** Nobody signs for nothing what sensors judge by. `now`: the text of what is approved, null where nothing is. */
export function mustStaySigned(now: string | null, next: object): void {
  if (now === null || toldApproval(next).signed || toldApprovalIn(now)?.signed !== true) return;
  throw new UsageError(
    'what is approved now is signed: give --key PEM or --kms KEY, or sensors refuse what replaces it',
  );
}

/** The same of its text; null where that is no document. */
export function toldApprovalIn(text: string): ToldApproval | null {
  try {
    const document = JSON.parse(text) as unknown;
    return typeof document === 'object' && document !== null ? toldApproval(document) : null;
  } catch {
    return null;
  }
}
