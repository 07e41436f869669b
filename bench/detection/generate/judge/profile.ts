import type { Ask } from './ask.ts';
import type { Chance } from './chance.ts';
import type { Ran } from './traffic.ts';

export const kindOf = (ask: Ask): string => `${ask.service ?? 'egress'}:${ask.operation}`;
const succeeded = ({ status = 200 }: Ask): boolean => status < 300;

/** What an intruder who has watched a function knows of it, which is what a sensor could have learned too. */
export class Profile {
  readonly #kinds = new Map<string, Ask[]>();
  readonly #training: readonly Ran[];
  readonly #chance: Chance;
  readonly #answers = new Map<string, unknown>();

  constructor(training: readonly Ran[], chance: Chance) {
    this.#training = training;
    this.#chance = chance;
    for (const { made } of training)
      for (const { ask } of made) {
        if (!succeeded(ask)) continue;
        const kind = kindOf(ask);
        const asks = this.#kinds.get(kind);
        if (asks === undefined) this.#kinds.set(kind, [ask]);
        else asks.push(ask);
      }
  }

  get kinds(): string[] {
    return [...this.#kinds.keys()];
  }
  get invocations(): number {
    return this.#training.length;
  }
  /** Hours of the day in which it was invoked. */
  get hours(): number[] {
    return this.#when('hours', (date) => date.getUTCHours());
  }
  /** Days of the week on which it was invoked, Sunday being 0. */
  get weekdays(): number[] {
    return this.#when('weekdays', (date) => date.getUTCDay());
  }
  uses = (kind: string): boolean => this.#kinds.has(kind);
  all = (kind: string): readonly Ask[] => this.#kinds.get(kind) ?? [];
  /** One of the function's own calls of this kind. */
  own = (kind: string): Ask | null => (this.uses(kind) ? this.#chance.pick(this.all(kind)) : null);
  most = (kind: string, of: (ask: Ask) => number): number =>
    this.all(kind).reduce((most, ask) => Math.max(most, of(ask)), 0);

  /** How many calls of this kind an invocation made that made any, the share of those that did, and of those that made just one. */
  perInvocation(kind: string): { most: number; least: number; share: number; once: number } {
    return this.#once(`count ${kind}`, () => {
      const counts = this.#training
        .map(({ made }) => made.filter(({ ask }) => kindOf(ask) === kind && succeeded(ask)).length)
        .filter((count) => count > 0);
      const share = counts.length / Math.max(1, this.#training.length);
      const once = counts.filter((count) => count === 1).length / Math.max(1, this.#training.length);
      return { most: Math.max(0, ...counts), least: Math.min(...counts), share, once };
    });
  }

  /** Whether calls of this kind were seen in cold invocations only. */
  coldOnly(kind: string): boolean {
    return this.#once(`cold ${kind}`, () =>
      this.#training.every(({ cold, made }) => cold || made.every(({ ask }) => kindOf(ask) !== kind)),
    );
  }

  /** Whether an invocation always had one of `before` before the first of `kind`. */
  alwaysAfter(kind: string, before: string): boolean {
    return this.#once(`${kind} after ${before}`, () =>
      this.#training.every(({ made }) => {
        const first = made.findIndex(({ ask }) => kindOf(ask) === kind);
        return first < 0 || made.slice(0, first).some(({ ask }) => kindOf(ask) === before);
      }),
    );
  }

  /** Whether no invocation had both. */
  apart(kind: string, other: string): boolean {
    const [a, b] = [kind, other].sort();
    return this.#once(`${a} apart from ${b}`, () =>
      this.#training.every(({ made }) => {
        const kinds = made.map(({ ask }) => kindOf(ask));
        return !(kinds.includes(kind) && kinds.includes(other));
      }),
    );
  }

  /** The kind that nearly every invocation ended with; null where they end in several ways. */
  get last(): string | null {
    return this.#once('last', () => {
      const ends = new Map<string, number>();
      for (const { made } of this.#training) {
        const end = made.at(-1);
        if (end !== undefined) ends.set(kindOf(end.ask), (ends.get(kindOf(end.ask)) ?? 0) + 1);
      }
      const [kind, count] = [...ends].sort(([, a], [, b]) => b - a)[0] ?? [null, 0];
      return count > 0.98 * this.#training.length ? kind : null;
    });
  }

  #when(question: string, of: (date: Date) => number): number[] {
    return this.#once(question, () => [...new Set(this.#training.map(({ started }) => of(new Date(started))))]);
  }

  /** Training is over: what is asked of it once has the same answer ever after. */
  #once<T>(question: string, answer: () => T): T {
    if (!this.#answers.has(question)) this.#answers.set(question, answer());
    return this.#answers.get(question) as T;
  }
}
