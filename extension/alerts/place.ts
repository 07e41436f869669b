import type { Call } from '../../baseline/call.ts';
import type { Finding } from '../../baseline/finding.ts';

/** Where the function is. */
export interface Place {
  readonly partition: string;
  readonly region: string | null;
  /** Twelve digits. */
  readonly account: string | null;
}

/** From the function's ARN, else what the caller knows, else the call. Pure. */
export function placeOf(
  finding: Finding,
  known: { readonly call?: Call | null; readonly account?: string | null; readonly region?: string | null },
): Place {
  const arn = finding.function?.startsWith('arn:') ? finding.function.split(':') : [];
  return {
    partition: arn[1] || finding.resource?.match(/^arn:(aws[a-z-]*):/)?.[1] || 'aws',
    region: arn[3] || known.region || known.call?.region || null,
    account: twelve(arn[4]) ?? twelve(known.account) ?? twelve(known.call?.account) ?? null,
  };
}

const twelve = (account: string | null | undefined): string | undefined =>
  account != null && /^\d{12}$/.test(account) ? account : undefined;
