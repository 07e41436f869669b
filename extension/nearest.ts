/** The name that was probably meant: few slips of the finger away (a letter more, less, other, or two swapped), or begun alike. Null where none is. */
export function nearest(typed: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let least = Math.min(3, 1 + Math.floor(typed.length / 4));
  for (const name of known) {
    const slips = name.length > 2 && typed.length > 2 && name.startsWith(typed) ? 0 : slipsBetween(typed, name);
    if (slips < least || (slips === least && best === null)) {
      best = name;
      least = slips;
    }
  }
  return best;
}

/** Optimal string alignment distance. */
function slipsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return 4;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const other = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + other);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length]!;
}
