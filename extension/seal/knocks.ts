const AGAIN_MS = 60_000;

interface Knock {
  count: number;
  /** How many there were when they were told of. */
  known: number;
  /** Epoch, milliseconds. */
  told: number;
}

/**
 * Requests to the sensor itself that no part of the function makes. A hundred of them are one thing to read: each kind is told of when it comes first, when its
 * number has one more digit, when it still comes a minute after it was told of, and, with its exact number, when the sensor hands over what it keeps.
 */
export class Knocks {
  /** By reason, of which there are a handful. */
  readonly #kinds = new Map<string, Knock>();

  /** One sentence where this one is to be told of; null where it is counted only. `reason`: one of a fixed set of sentences. */
  heard(reason: string, now: number): string | null {
    const knock = this.#kinds.get(reason) ?? { count: 0, known: 0, told: now };
    this.#kinds.set(reason, knock);
    knock.count++;
    if (!/^10*$/.test(`${knock.count}`) && now - knock.told < AGAIN_MS) return null;
    return tell(reason, knock, now);
  }

  /** One sentence for each kind of which there were more since it was told of. */
  untold(now: number): string[] {
    const more = [...this.#kinds].filter(([, { count, known }]) => count > known);
    return more.map(([reason, knock]) => tell(reason, knock, now));
  }
}

function tell(reason: string, knock: Knock, now: number): string {
  knock.told = now;
  knock.known = knock.count;
  return knock.count === 1 ? reason : `${reason}, ${knock.count} times so far`;
}
