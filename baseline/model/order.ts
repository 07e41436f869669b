import { AGAIN, isMark, isStep } from '../names/step.ts';
import { Capped } from './capped.ts';
import type { OrderBaseline } from './document.ts';
import { fitAll, type Part } from './fit.ts';
import { Follows } from './follows.ts';

/**
 * Which step followed which, and which came again after others. A step that is followed by more than the document has room for is followed by anything: order says nothing after it. Of too many steps
 * those are told of that `Capped` keeps; of the others it is as if they had never come.
 */
export class Order {
  /** Steps without the mark of a failure. */
  readonly steps = new Capped(MAX_STEPS, () => KEPT, LONGEST_STEP);
  readonly #rows = new Map<string, Row>([[AGAIN, { anything: false, next: new Map() }]]);
  /** Of `steps`, when rows were last looked through. */
  #evicted = 0;

  /** Where it is noted that `to` came after `from`; undefined where it is not. */
  follow(from: string, to: string): Follows | undefined {
    const known = this.#rows.get(from)?.next.get(to);
    return known ?? this.#make(from, to);
  }

  /** The row stands even where what followed has had to go: whether it came before or after that, it is the same. */
  #make(from: string, to: string): Follows | undefined {
    const row = this.#rowOf(from);
    const key = this.steps.keyOf(to);
    const kept = this.#keeps(key);
    this.#purge();
    if (row === undefined || row.anything || !kept || !this.#rows.has(this.#keyOf(from))) return undefined;
    const made = row.next.get(key) ?? new Follows();
    row.next.set(key, made);
    return made;
  }

  /** Undefined where there is no room for the step. */
  #rowOf(from: string): Row | undefined {
    const key = this.#keyOf(from);
    if (!isMark(key) && !this.#keeps(plain(key))) return undefined;
    this.#purge();
    const row = this.#rows.get(key) ?? { anything: false, next: new Map() };
    this.#rows.set(key, row);
    return row;
  }

  #keeps(step: string): boolean {
    return isStep(step) && this.steps.get(step) !== undefined;
  }

  #keyOf(from: string): string {
    return from.endsWith('!') ? `${this.steps.keyOf(plain(from))}!` : this.steps.keyOf(from);
  }

  #purge(): void {
    if (this.steps.evicted === this.#evicted) return;
    this.#evicted = this.steps.evicted;
    for (const [from, { next }] of this.#rows) {
      if (!isMark(from) && !this.steps.has(plain(from))) this.#rows.delete(from);
      for (const to of [...next.keys()]) if (!this.steps.has(to)) next.delete(to);
    }
  }

  /** Anything may come after it. */
  setAnything(from: string): void {
    const row = this.#rowOf(from);
    if (row === undefined) return;
    row.anything = true;
    row.next.clear();
  }

  join(other: Order): void {
    other.#purge();
    this.steps.join(other.steps);
    this.#purge();
    for (const [from, { anything, next }] of other.#rows) {
      if (anything) this.setAnything(from);
      else this.#rowOf(from);
      for (const [to, follows] of next) this.follow(from, to)?.join(follows);
    }
  }

  /** By step, then by the step that followed. */
  *entries(): Generator<[string, ReadonlyMap<string, Follows>]> {
    this.#purge();
    for (const [from, { next }] of this.#rows) yield [from, next];
  }

  /** Steps that anything may follow. */
  *followedByAnything(): Generator<string> {
    this.#purge();
    for (const [from, { anything }] of this.#rows) if (anything) yield from;
  }

  /** What followed which step. */
  part(): Part {
    this.#purge();
    const rows = [...this.#rows].map(([from, row]) => this.#part(from, row));
    // Of steps that had to go it is not known what followed them: there may have been all rows that there can be
    while (this.steps.full && rows.length < MAX_ROWS) rows.push(LOST);
    const sum = (of: 'weight' | 'least') => rows.reduce((total, row) => total + row[of], 0);
    return { weight: sum('weight'), least: sum('least'), fold: (most) => fitAll(rows, most) };
  }

  #part(from: string, { anything, next }: Row): Part {
    return {
      weight: this.steps.full || anything ? FULL_ROW : ROW + PAIR * next.size,
      least: ROW,
      fold: () => {
        if (this.#rows.has(from)) this.setAnything(from);
      },
    };
  }

  toJson(names: StepNames): OrderBaseline['follows'] {
    this.#purge();
    const follows: Record<string, Record<string, string>> = {};
    for (const [from, { anything, next }] of [...this.#rows].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (names.steps.length === 0 && next.size === 0 && !anything) continue;
      const steps = [...next].sort(([a], [b]) => (a < b ? -1 : 1));
      follows[names.of(from)] = anything
        ? { [ANYTHING]: ANYTHING }
        : Object.fromEntries(steps.map(([to, seen]) => [names.of(to), seen.toText()]));
    }
    return follows;
  }

  read({ steps, follows }: OrderBaseline): void {
    for (const step of steps) this.#keeps(step);
    // Learned before it was told
    if (steps.length > 0 && follows[AGAIN] === undefined) this.setAnything(AGAIN);
    for (const [key, next] of Object.entries(follows)) {
      const failed = key.endsWith('!') ? '!' : '';
      const from = isMark(key) ? key : `${steps[Number.parseInt(key, 10)]!}${failed}`;
      this.#rowOf(from);
      for (const [to, text] of Object.entries(next)) {
        if (to === ANYTHING) this.setAnything(from);
        else this.follow(from, steps[Number(to)]!)?.join(Follows.fromText(text) ?? new Follows());
      }
    }
  }
}

/** Steps by their place in the document's list. */
export class StepNames {
  readonly steps: readonly string[];
  readonly #index: ReadonlyMap<string, string>;

  constructor(steps: Iterable<string>) {
    this.steps = [...steps].sort();
    this.#index = new Map(this.steps.map((step, at) => [step, String(at)]));
  }

  /** With `!` for a step that failed. */
  of(step: string): string {
    return isMark(step) ? step : (this.#index.get(step) ?? `${this.#index.get(plain(step))}!`);
  }

  has(step: string): boolean {
    return this.#index.has(step);
  }
}

interface Row {
  anything: boolean;
  readonly next: Map<string, Follows>;
}

/** As a key and as a value of `order.follows`. */
export const ANYTHING = '*';
const plain = (step: string): string => (step.endsWith('!') ? step.slice(0, -1) : step);
const KEPT = { join() {} };
const MAX_STEPS = 256;
/** A step names an operation and the closed part of a resource. */
const LONGEST_STEP = 320;
/** Bytes: a step in the list besides its name; a row, and a pair in it (index, four sightings, three days). */
export const STEP = 3;
const ROW = 20;
const PAIR = 66;
const FULL_ROW = ROW + PAIR * MAX_STEPS;
/** The first step of all, steps that came again, and each step that went well or failed. */
const MAX_ROWS = 2 + 2 * MAX_STEPS;
const LOST: Part = { weight: FULL_ROW, least: ROW, fold() {} };
