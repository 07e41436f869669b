import { Follows } from '../model/follows.ts';
import type { FunctionModel } from '../model/function-model.ts';
import type { Sampled } from '../model/sample.ts';
import { AGAIN, isMark, operationOf, START } from '../names/step.ts';
import { Oddities, type Oddity } from './conformal.ts';
import { isKinHead } from './kin.ts';

/**
 * Order and company as judging asks for them. Where one operation is done on many things (a table for each tenant, hosts of customers) its steps are one:
 * which of them came says nothing about the order.
 */
export class Steps {
  readonly follows = new Map<string, Map<string, Follows>>();
  /** Where there was no room to tell what came next. */
  readonly followedByAnything = new Set<string>();
  /** By step: what came before it. */
  readonly before = new Map<string, Came>();
  /** By step: the share of invocations that take it, from the sample; only steps that the sample has. */
  readonly share = new Map<string, number>();
  /** Steps that met in one invocation only, by how often they would have met by chance; steps with which one invocation only began, and those to which one only came back. */
  readonly oddPairs: Oddities;
  readonly oddBeginnings: Oddities;
  readonly oddReturns: Oddities;
  /** Sampled invocations, steps folded. */
  readonly sampled: readonly ReadonlyMap<string, Sampled>[];
  /** Of each of these, the hour that it began in, since 1970; -1 where it is not known. */
  readonly sampledHours: readonly number[];
  /** The same share, of invocations that take other steps too. */
  readonly #amongOthers = new Map<string, number>();
  readonly #invocations: number;
  readonly #many = new Set<string>();
  readonly #folded = new Map<string, string>();

  constructor(model: FunctionModel) {
    const things = new Map<string, Set<string>>();
    const count = (step: string) => {
      const name = step.replace(/!$/, '');
      const operation = operationOf(name);
      const known = things.get(operation) ?? new Set();
      things.set(operation, known.add(name));
    };
    for (const [from, next] of model.follows.entries()) {
      count(from);
      for (const [to] of next.entries()) count(to);
    }
    for (const [operation, known] of things) if (known.size > FEW || areKin(known)) this.#many.add(operation);
    for (const [from, next] of model.follows.entries()) {
      const folded = this.#foldFrom(from);
      const all = this.follows.get(folded) ?? new Map<string, Follows>();
      this.follows.set(folded, all);
      for (const [to, seen] of next.entries()) {
        const name = this.fold(to);
        const known = all.get(name) ?? new Follows();
        known.join(seen);
        all.set(name, known);
      }
    }
    for (const from of model.follows.followedByAnything()) this.followedByAnything.add(this.#foldFrom(from));
    for (const [from, next] of this.follows) {
      if (from === AGAIN) continue;
      for (const [step, seen] of next) {
        const before = this.before.get(step) ?? new Came();
        this.before.set(step, before);
        before.add(seen);
      }
    }
    const sampled = [...model.sample.units.values()];
    this.sampled = sampled.map(({ steps }) => this.#foldSampled(steps));
    this.sampledHours = sampled.map(({ hour }) => hour);
    for (const steps of this.sampled)
      for (const step of steps.keys()) {
        this.share.set(step, (this.share.get(step) ?? 0) + 1 / this.sampled.length);
        if (steps.size > 1) this.#amongOthers.set(step, (this.#amongOthers.get(step) ?? 0) + 1 / this.sampled.length);
      }
    this.#invocations = model.invocations.count();
    const odd: { pairs: Oddity[]; beginnings: Oddity[]; returns: Oddity[] } = {
      pairs: [],
      beginnings: [],
      returns: [],
    };
    for (const [from, next] of this.follows) {
      // What comes after an error is another path, and how rare the error is is not known
      if (from.endsWith('!')) continue;
      for (const [to, seen] of next)
        if (seen.count() === 1)
          odd[from === START ? 'beginnings' : from === AGAIN ? 'returns' : 'pairs'].push({
            oddness: this.expected(from, to),
            day: seen.days.first,
          });
    }
    this.oddPairs = new Oddities(odd.pairs, this.#invocations);
    this.oddBeginnings = new Oddities(odd.beginnings, this.#invocations);
    this.oddReturns = new Oddities(odd.returns, this.#invocations);
  }

  /** Invocations in which the two would have met by chance; every invocation begins once, and comes back to no step that it takes alone. */
  expected(from: string, to: string): number {
    if (from === AGAIN) return this.#invocations * (this.#amongOthers.get(to) ?? 0);
    const before = from === START ? 1 : (this.share.get(from.replace(/!$/, '')) ?? 0);
    return this.#invocations * before * (this.share.get(to) ?? 0);
  }

  /** `dynamodb:Query arn:…:table/orders-a7` → `dynamodb:Query *` where the function queries many tables. */
  fold(step: string): string {
    if (this.#many.size === 0 || isMark(step)) return step;
    const known = this.#folded.get(step);
    if (known !== undefined) return known;
    const operation = operationOf(step);
    const folded = this.#many.has(operation) ? `${operation} *` : step;
    if (this.#folded.size > 1000) this.#folded.clear();
    this.#folded.set(step, folded);
    return folded;
  }

  #foldFrom(step: string): string {
    return step.endsWith('!') ? `${this.fold(step.slice(0, -1))}!` : this.fold(step);
  }

  #foldSampled(steps: ReadonlyMap<string, Sampled>): Map<string, Sampled> {
    const folded = new Map<string, Sampled>();
    for (const [step, one] of steps) {
      const name = this.fold(step);
      const known = folded.get(name);
      folded.set(name, known === undefined ? one : { ...one, calls: known.calls + one.calls });
    }
    return folded;
  }
}

/** The different steps that came beside one. */
export class Came {
  /** So many of them often. */
  many = 0;
  /** By day, those that came in one invocation only. */
  readonly #once = new Map<number, number>();

  add(seen: Follows): void {
    if (seen.often) this.many++;
    if (seen.count() === 1) this.#once.set(seen.days.first, (this.#once.get(seen.days.first) ?? 0) + 1);
  }

  /** How many came in one invocation only, the day left out that brought the most: it may have been an intruder's. */
  get once(): number {
    const counts = [...this.#once.values()];
    return counts.reduce((sum, count) => sum + count, 0) - Math.max(0, ...counts);
  }
}

/** Most of them are names of one pattern. */
function areKin(steps: ReadonlySet<string>): boolean {
  const heads = [...steps].map((step) => step.slice(step.indexOf(' ') + 1)).filter((head) => head.startsWith('arn:'));
  return heads.length > KIN && heads.filter((head) => isKinHead(head, heads)).length * 2 > steps.size;
}

/** So many things of one operation are told apart. */
const FEW = 6;
const KIN = 4;
