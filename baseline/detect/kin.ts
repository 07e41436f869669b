import { isTyped, shapeOf, withoutLength } from '../names/shape.ts';

/**
 * New names beside others of their kind: a customer's queue beside those of other customers. They are outside the scope all the same, but a person reads them
 * with other eyes than a name that has nothing to do with the known ones.
 */

/** `orders-*` and `a7` for `orders-a7` where enough of the known names are alike: as many words, one of them the same. Null where they are not. */
export function patternOf(name: string, known: Iterable<string>): { text: string; name: string } | null {
  const words = name.split(SEPARATORS);
  if (words.length < 2) return null;
  const same = new Array<number>(words.length).fill(0);
  for (const other of known) {
    const others = other.split(SEPARATORS);
    if (others.length !== words.length) continue;
    for (let i = 0; i < words.length; i++) if (others[i] === words[i]) same[i]!++;
  }
  if (!same.some((count) => count >= ENOUGH)) return null;
  return {
    text: words.map((word, i) => (same[i]! >= ENOUGH ? word : '*')).join('-'),
    name: words.filter((_, i) => same[i]! < ENOUGH).join('-'),
  };
}

const SEPARATORS = /[-_.:/]+/;
const ENOUGH = 4;

/** Words of a name that none of the known ones has; numbers and what is short names nothing. `among`: whose names are known, which do not change while they are judged by. */
export function newWords(name: string, among: object, known: () => Iterable<string>): string[] {
  let words = wordsAmong.get(among);
  if (words === undefined) {
    words = new Set([...known()].flatMap((one) => one.split(WORDS)));
    wordsAmong.set(among, words);
  }
  return [...new Set(name.split(WORDS))].filter((word) => NAMES.test(word) && !words.has(word));
}

const wordsAmong = new WeakMap<object, ReadonlySet<string>>();

const WORDS = /[-_.:/=]+/;
const NAMES = /^[A-Za-z][A-Za-z0-9]{2,}$/;

/** Where a resource's own name begins: behind the account, and behind its type. */
export function nameStart(head: string): number {
  let at = 0;
  for (let colon = 0; colon < 5; colon++) at = head.indexOf(':', at) + 1;
  const slash = head.lastIndexOf('/', head.length - 2);
  return Math.max(at, slash + 1, head.lastIndexOf(':') + 1);
}

/** The same for whole ARNs of one type. */
export function isKinHead(head: string, heads: Iterable<string>): boolean {
  const at = nameStart(head);
  const stem = head.slice(0, at);
  const names: string[] = [];
  for (const other of heads) if (other !== head && other.startsWith(stem)) names.push(other.slice(at));
  return names.length >= ENOUGH && patternOf(head.slice(at), names) !== null;
}

/** Among many hosts of others one more: a name, not an address, on a known port, with the label that they share, if they share one. */
export function isKinHost(host: string, hosts: readonly string[]): boolean {
  if (hosts.length < MANY_HOSTS) return false;
  const [name, port] = split(host);
  if (ADDRESS.test(name)) return false;
  const labels = name.split('.');
  const ports = new Set<string>();
  const shared = new Map<string, number>();
  for (const other of hosts) {
    const [otherName, otherPort] = split(other);
    ports.add(otherPort);
    const parts = otherName.split('.');
    for (const mark of marks(parts)) shared.set(mark, (shared.get(mark) ?? 0) + 1);
  }
  if (!ports.has(port)) return false;
  const mine = new Set(marks(labels));
  for (const [mark, count] of shared) if (count >= 0.8 * hosts.length && !mine.has(mark)) return false;
  return true;
}

/** What hosts of one service share: the first label, the domain. */
const marks = (labels: readonly string[]): string[] =>
  labels.length > 2 ? [`${labels[0]}.`, `.${labels.slice(-2).join('.')}`] : [`.${labels.join('.')}`];

const split = (host: string): [string, string] => {
  const at = host.lastIndexOf(':');
  return at < 0 ? [host, ''] : [host.slice(0, at), host.slice(at + 1)];
};

const ADDRESS = /^[\d.]+$|:|^\[/;

/** With so many hosts they are hosts of others. */
export const MANY_HOSTS = 6;

/**
 * Hosts whose first label is made by a machine (`conn-8f3a2b.broker.example.net`), by the form of that label and what follows it; only where new ones kept being seen, by
 * Good and Turing's estimate.
 */
export class OpenHosts {
  readonly #open = new Set<string>();

  constructor(hosts: Iterable<readonly [host: string, invocations: number]>, invocations: number) {
    const forms = new Map<string, { names: number; once: number }>();
    for (const [host, count] of hosts) {
      const form = formOf(host);
      if (form === null) continue;
      const known = forms.get(form) ?? { names: 0, once: 0 };
      known.names++;
      if (count === 1) known.once++;
      forms.set(form, known);
    }
    for (const [form, { names, once }] of forms)
      if (names >= MACHINE_NAMES && once >= 2 && once / Math.max(1, invocations) >= RATE) this.#open.add(form);
  }

  has(host: string): boolean {
    if (this.#open.size === 0) return false;
    const form = formOf(host);
    return form !== null && this.#open.has(form);
  }
}

/** Null where the first label is a plain word, or all there is before the domain. */
function formOf(host: string): string | null {
  const dot = host.indexOf('.');
  if (dot < 0 || host.indexOf('.', dot + 1) < 0 || ADDRESS.test(host.replace(/:\d+$/, ''))) return null;
  const shape = shapeOf(host.slice(0, dot));
  return isTyped(shape) ? withoutLength(shape) + host.slice(dot) : null;
}

const MACHINE_NAMES = 8;
const RATE = 0.02;
