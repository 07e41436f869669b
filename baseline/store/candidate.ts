import { BaselineError } from '../model/baseline-error.ts';
import type { FunctionModel } from '../model/function-model.ts';
import type { Care, HandedIn } from './handed-in.ts';
import type { Key, KeyValue } from './key-value.ts';
import { canBeUnpacked, joinLearned, type Learned, split, unpack } from './learned.ts';
import { hourOf, newOrigins, type Origins } from './origins.ts';
import { settling } from './settling.ts';

/** What was learned of a function, over as many values as it takes. */
interface Stored {
  /** Null where nothing is. */
  readonly learned: Learned | null;
  /** Of each value its tag, and its bytes, first to last; null where there is none. */
  readonly values: readonly ({ readonly tag: string; readonly bytes: Uint8Array } | null)[];
}

export const candidateKey = (fn: string, at: number): Key => ({
  kind: 'candidate',
  function: fn,
  part: at === 0 ? null : at.toString(16),
});

/** `fresh`: what was written last, also where that costs more. BaselineError where what stands there is none of ours. */
export async function readCandidate(store: KeyValue, fn: string, fresh: boolean): Promise<Stored> {
  const first = await store.get(candidateKey(fn, 0), fresh);
  if (first === null) return { learned: null, values: [null] };
  const source = `${store.name} candidate`;
  const { learned, parts } = unpack(first.bytes, fn, source);
  const numbers = Array.from({ length: parts - 1 }, (_, i) => i + 1);
  const rest = await Promise.all(numbers.map((at) => store.get(candidateKey(fn, at), fresh)));
  const all = [learned, ...rest.map((value) => (value === null ? null : unpack(value.bytes, fn, source).learned))];
  const found = all.filter((one) => one !== null);
  return { learned: found.length > 1 ? joinLearned(found) : (found[0] ?? null), values: [first, ...rest] };
}

/**
 * Joins what was handed in, at the time `now`, into the candidate. `handedIn` says what that is beside what is there: slots that make it larger than a store takes are left out, and so are those that
 * make it one that nobody can read again, or nothing would be learned any more.
 */
export async function joinCandidate(
  store: KeyValue,
  fn: string,
  handedIn: (known: Learned | null, care: Care) => HandedIn,
  now: number,
): Promise<HandedIn & { readonly changed: boolean }> {
  return settling(store, async () => {
    const { learned, values } = await readCandidate(store, fn, true);
    let without = 0;
    let oneByOne = false;
    for (;;) {
      const found = handedIn(learned, { without, oneByOne });
      if (found.learned === null) return { ...found, changed: false };
      keepUntil(found.learned.model, new Date(now).toISOString());
      const own = { ...found.learned, origins: stamped(found.learned.origins, learned?.origins ?? null, hourOf(now)) };
      const parts = split(fn, joinLearned(learned === null ? [own] : [learned, own]), values.length, store.largest);
      if (parts === null) {
        without = without * 2 || 1;
        continue;
      }
      if (!parts.every((part, at) => isSame(part, values[at]) || canBeUnpacked(part, fn))) {
        if (oneByOne) throw new BaselineError('hand-in', `${store.name} candidate: it could not be read any more`);
        oneByOne = true;
        continue;
      }
      const written = await write(store, fn, parts, values);
      return written === 'conflict' ? null : { ...found, changed: written === 'changed' };
    }
  });
}

/**
 * New parts come first, then the first one, which says how many there are, then what it leaves to them: whoever reads in between, or after a run that was cut off, finds
 * all that stood there before.
 */
async function write(
  store: KeyValue,
  fn: string,
  parts: readonly Buffer[],
  values: Stored['values'],
): Promise<'changed' | 'same' | 'conflict'> {
  const indexes = parts.map((_, at) => at);
  const order = [...indexes.slice(values.length), 0, ...indexes.slice(1, values.length)];
  let changed = false;
  for (const at of order) {
    const key = candidateKey(fn, at);
    const known = at < values.length ? values[at]! : await store.get(key, true);
    if (isSame(parts[at]!, known)) continue;
    if (!(await store.put(key, parts[at]!, known?.tag ?? null))) return 'conflict';
    changed = true;
  }
  return changed ? 'changed' : 'same';
}

/** How long was learned, and which day was the last, decides what is rare: nobody has learned tomorrow. */
function keepUntil(model: FunctionModel, now: string): void {
  if (model.to !== null && model.to > now) model.to = now;
  if (model.from !== null && model.from > now) model.from = now;
}

const isSame = (part: Buffer, known: { readonly bytes: Uint8Array } | null | undefined): boolean =>
  known != null && Buffer.compare(known.bytes, part) === 0;

function stamped(handedIn: Origins, known: Origins | null, hour: string): Origins {
  const origins = newOrigins();
  for (const [key, origin] of handedIn.entries()) origins.get(key)?.join(origin.stamped(hour, known?.peek(key)));
  return origins;
}
