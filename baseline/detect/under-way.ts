import type { Call } from '../call.ts';
import type { Deviation } from './deviation.ts';

/** Calls that something was found in when they were asked about, and that are not answered: under way, or refused. The oldest of too many are forgotten. */
export class UnderWay {
  readonly #calls = new Map<string, Asked>();
  readonly #units = new Map<string, Unit>();
  /** What was found in a call without an id, which is answered before another one is asked about. */
  #unnamed = NOTHING;

  /** Another call is asked about: one without an id will not be answered any more. */
  begin(): void {
    this.#unnamed = NOTHING;
  }

  add({ id }: Call, unit: string, found: readonly Deviation[]): void {
    if (id === null) {
      this.#unnamed = found;
      return;
    }
    this.#remove(id);
    const asked = this.#units.get(unit) ?? { calls: 0, misses: 0, turn: 0 };
    this.#units.set(unit, asked);
    asked.calls++;
    asked.misses++;
    this.#calls.set(id, { found, unit, turn: asked.turn });
    if (this.#calls.size > MOST) this.#remove(this.#calls.keys().next().value!);
  }

  /** The call is answered: what was found in it when it was asked about. */
  take({ id }: Call): readonly Deviation[] {
    if (id !== null) return this.#calls.size === 0 ? NOTHING : this.#remove(id);
    const found = this.#unnamed;
    this.#unnamed = NOTHING;
    return found;
  }

  /** True where a call of the invocation was not answered. */
  has(unit: string): boolean {
    return this.#units.size > 0 && this.#units.has(unit);
  }

  /** True once for a call of this invocation that was not answered: it was refused, and what comes next misses it. */
  isMissed(unit: string): boolean {
    const asked = this.#units.size === 0 ? undefined : this.#units.get(unit);
    if (asked === undefined || asked.misses === 0) return false;
    asked.misses = 0;
    asked.turn++;
    return true;
  }

  #remove(id: string): readonly Deviation[] {
    const call = this.#calls.get(id);
    if (call === undefined) return NOTHING;
    this.#calls.delete(id);
    const asked = this.#units.get(call.unit)!;
    if (call.turn === asked.turn) asked.misses--;
    if (--asked.calls === 0) this.#units.delete(call.unit);
    return call.found;
  }
}

interface Asked {
  readonly found: readonly Deviation[];
  readonly unit: string;
  readonly turn: number;
}

interface Unit {
  calls: number;
  /** Those that have not been told as missed. */
  misses: number;
  /** How often some were: a call of an earlier turn is among `misses` no more. */
  turn: number;
}

const NOTHING: readonly Deviation[] = [];
const MOST = 256;
