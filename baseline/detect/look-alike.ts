/**
 * The known host that an unknown one poses as; null where there is none: the whole known name with something behind it (`api.example.com.evil.xyz`), its name with a
 * word more, under another top-level domain, or a typing error away (T1583.001, T1036).
 */
export function lookAlike(
  host: string,
  known: Iterable<string>,
  honest: ReadonlySet<Likeness> = NONE_HONEST,
): string | null {
  for (const other of known) {
    const likeness = likenessOf(host, other);
    if (likeness !== null && !honest.has(likeness)) return other;
  }
  return null;
}

/** What makes one host look like the other. */
type Likeness = 'behind' | 'domain' | 'word' | 'hyphen' | 'typo';

/**
 * In which ways the known hosts look like one another already: many customers' hosts share words of their trade, and an integration runs under two domains. There that says
 * nothing of one more.
 */
export function honestLikenesses(hosts: readonly string[]): ReadonlySet<Likeness> {
  const honest = new Set<Likeness>();
  for (const host of hosts)
    for (const other of hosts) {
      const likeness = host === other ? null : likenessOf(host, other);
      if (likeness !== null) honest.add(likeness);
    }
  return honest;
}

function likenessOf(host: string, known: string): Likeness | null {
  const name = withoutPort(host);
  const real = withoutPort(known);
  if (real === name || !/[a-z]/.test(real.slice(real.lastIndexOf('.') + 1))) return null;
  if (name.startsWith(`${real}.`) || name.startsWith(`${real}-`) || name.includes(`.${real}.`)) return 'behind';
  const mine = registrable(name);
  const theirs = registrable(real);
  if (mine.full === theirs.full || theirs.label.length < 4) return null;
  if (mine.label === theirs.label) return 'domain';
  if (mine.label.startsWith(`${theirs.label}-`) || mine.label.endsWith(`-${theirs.label}`)) return 'word';
  if (mine.label.replaceAll('-', '') === theirs.label.replaceAll('-', '')) return 'hyphen';
  const near =
    mine.tld === theirs.tld && theirs.label.length >= 7 && isNear(lookingAlike(mine.label), lookingAlike(theirs.label));
  return near ? 'typo' : null;
}

const NONE_HONEST: ReadonlySet<Likeness> = new Set();

const withoutPort = (host: string): string => host.replace(/:\d+$/, '');

/** The part that somebody has to buy: the last two labels, three under `co.uk` and its like. Providers' shared suffixes are not known here. */
function registrable(host: string): { label: string; tld: string; full: string } {
  const labels = host.split('.');
  const short = labels.length > 2 && labels.at(-1)!.length === 2 && /^(?:co|com|net|org|ac|gov)$/.test(labels.at(-2)!);
  const at = Math.max(0, labels.length - (short ? 3 : 2));
  const full = labels.slice(at).join('.');
  return { label: labels[at]!, tld: labels.slice(at + 1).join('.'), full };
}

/** Letters that are taken for one another. */
const lookingAlike = (label: string): string =>
  label
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replace(/[01357]/g, (d) => ({ 0: 'o', 1: 'l', 3: 'e', 5: 's', 7: 't' })[d]!);

/** One letter more, less or other, or two neighbours that changed places. */
function isNear(a: string, b: string): boolean {
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  let from = 0;
  while (from < a.length && from < b.length && a[from] === b[from]) from++;
  let [i, j] = [a.length, b.length];
  while (i > from && j > from && a[i - 1] === b[j - 1]) {
    i--;
    j--;
  }
  if (i - from <= 1 && j - from <= 1) return true;
  return i - from === 2 && j - from === 2 && a[from] === b[from + 1] && a[from + 1] === b[from];
}
