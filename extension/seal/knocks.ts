const AGAIN_MS = 60_000;

interface Knock {
  count: number;
  /** Epoch, milliseconds. */
  told: number;
}

/**
 * Requests to the sensor itself that no part of the function makes. A hundred of them are one thing to read: each kind is told of when it comes first, when its
 * number has one more digit, and when it still comes a minute after it was told of.
 */
export class Knocks {
  /** By reason, of which there are a handful. */
  readonly #kinds = new Map<string, Knock>();

  /** One sentence where this one is to be told of; null where it is counted only. `reason`: one of a fixed set of sentences. */
  heard(reason: string, now: number): string | null {
    const knock = this.#kinds.get(reason) ?? { count: 0, told: now };
    this.#kinds.set(reason, knock);
    knock.count++;
    if (!/^10*$/.test(`${knock.count}`) && now - knock.told < AGAIN_MS) return null;
    knock.told = now;
    return knock.count === 1 ? reason : `${reason}, ${knock.count} times so far`;
  }
}
