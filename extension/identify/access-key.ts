const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The account that an access key id belongs to: the 40 bits after the first of the base32 part hold it in all ids issued since 2019. Ids that
 * were issued before begin with I or J after the type (AKIAI…, AKIAJ…) and hold none; neither do ids of another length. Null there.
 */
export function accountOfKey(id: string): string | null {
  if (id !== last.id) last = { id, account: decode(id) };
  return last.account;
}

/** A function signs nearly all with one key. */
let last: { readonly id: string; readonly account: string | null } = { id: '', account: null };

function decode(id: string): string | null {
  if (id.length < 20 || !/^A[KS]IA[A-HK-Z2-7]/.test(id)) return null;
  // Ten characters are 50 bits: the lead bit, 40 bits of account, and the beginning of what identifies the key.
  let account = 0;
  for (let index = 4; index < 13; index++) {
    const value = ALPHABET.indexOf(id.charAt(index));
    if (value < 0) return null;
    account = account * 32 + (index === 4 ? value & 15 : value);
  }
  // Nine characters are 45 bits, the lead bit dropped 44: the account is the upper 40 of them.
  const digits = Math.floor(account / 16);
  return digits > 999_999_999_999 ? null : `${digits}`.padStart(12, '0');
}
