/** A constant of its own: it is looked at several times a call. */
export const KEPT = 8;

/** The largest different values seen, largest first: a set, so that merging the same document twice changes nothing. */
export class Largest {
  readonly values: number[] = [];

  add(value: number): void {
    const { values } = this;
    if (values.length === KEPT && value <= values[KEPT - 1]!) return;
    let at = 0;
    while (at < values.length && values[at]! > value) at++;
    if (values[at] === value) return;
    values.splice(at, 0, value);
    if (values.length > KEPT) values.pop();
  }

  /** The value as `rounded` has it; most are below the eight largest by more than rounding makes of them. */
  addRounded(value: number): void {
    const { values } = this;
    if (values.length === KEPT && value * MOST_ROUNDED <= values[KEPT - 1]!) return;
    this.add(rounded(value));
  }

  /** The largest `most` of them. */
  keep(most: number): void {
    if (this.values.length > most) this.values.length = most;
  }

  join(other: Iterable<number>): void {
    for (const value of other) this.add(value);
  }
}

/** Three digits: less than a hundredth. */
const MOST_ROUNDED = 1.011;

/** Up to three significant digits, upwards: as good for a cap, and shorter to read. */
export function rounded(value: number): number {
  if (value < 1000) return value;
  const unit = 10 ** (Math.floor(Math.log10(value)) - 2);
  return Math.ceil(value / unit) * unit;
}
