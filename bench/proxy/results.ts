import type { Figure, Figures } from './round.ts';
import { median } from './statistics.ts';

/** All rounds of one run. Figures are compared within a round only: the machine's mood changes, and all contestants share it. */
export class Results {
  readonly #rounds = new Map<string, Figures[]>();

  add(contestant: string, round: number, figures: Figures): void {
    const rounds = this.#rounds.get(contestant) ?? [];
    this.#rounds.set(contestant, rounds);
    rounds[round] = { ...rounds[round], ...figures };
  }

  get contestants(): string[] {
    return [...this.#rounds.keys()];
  }

  /** Median over rounds; null where it was not measured. */
  value(contestant: string, figure: Figure): number | null {
    return middle(this.#of(contestant).map((round) => round[figure]));
  }

  /** Median over rounds of the difference to direct in the same round. */
  added(contestant: string, figure: Figure, baseFigure: Figure = figure): number | null {
    return this.#paired(contestant, figure, 'direct', baseFigure, (own, other) => own - other);
  }

  /** Median over rounds of the quotient with `base` in the same round. */
  ratio(contestant: string, figure: Figure, base = 'direct', baseFigure: Figure = figure): number | null {
    return this.#paired(contestant, figure, base, baseFigure, (own, other) => own / other);
  }

  #of(contestant: string): readonly Figures[] {
    return this.#rounds.get(contestant) ?? [];
  }

  #paired(
    contestant: string,
    figure: Figure,
    base: string,
    baseFigure: Figure,
    combine: (own: number, other: number) => number,
  ): number | null {
    const others = this.#of(base);
    return middle(
      this.#of(contestant).map((round, at) => {
        const own = round[figure];
        const other = others[at]?.[baseFigure];
        return own === undefined || other === undefined ? undefined : combine(own, other);
      }),
    );
  }
}

function middle(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : median(known);
}
