import { unitFromText, unitText } from './seen.ts';

/** In which invocations one step followed another: up to four of them, then `*` (often). Joins as a set, like `Seen`, and is far smaller. */
export class Follows {
  #units: number[] | null = [];

  add(unit: number): void {
    if (this.#units === null || this.#units.includes(unit)) return;
    this.#units.push(unit);
    if (this.#units.length > FEW) this.#units = null;
  }

  join(other: Follows): void {
    if (other.#units === null) this.#units = null;
    else for (const unit of other.#units) this.add(unit);
  }

  /** Exact up to four, 5 for all above. */
  count(): number {
    return this.#units?.length ?? FEW + 1;
  }

  get often(): boolean {
    return this.#units === null;
  }

  toText(): string {
    if (this.#units === null) return '*';
    return [...this.#units]
      .sort((a, b) => a - b)
      .map(unitText)
      .join('');
  }

  /** Null where the text is none of ours. */
  static fromText(text: string): Follows | null {
    const follows = new Follows();
    if (text === '*') {
      follows.#units = null;
      return follows;
    }
    for (let i = 0; i < text.length; i += 6) {
      const unit = unitFromText(text.slice(i, i + 6));
      if (unit === null) return null;
      follows.add(unit);
    }
    return follows;
  }
}

const FEW = 4;
