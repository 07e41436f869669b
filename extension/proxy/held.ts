/** Bodies that are held to be judged, all connections together (DESIGN: memory is bounded). */
const HELD_IN_ALL = 32 * 1024 * 1024;
/** A piece costs more than its bytes: a buffer and its places in lists. */
const PIECE = 256;
/** Age is counted in ticks of one timer, not by a clock: a freeze is one tick, and no call is judged by half its body for it. */
const TICK_MS = 5_000;
const TICKS = 6;

/** One body's part of what is held. */
export interface HeldBody {
  /** One more piece of so many bytes. False: there is no room for it. */
  take(bytes: number): boolean;
  /** It is held no longer. */
  release(): void;
}

interface Entry {
  bytes: number;
  /** Ticks since a piece of it came. */
  age: number;
  readonly giveUp: () => void;
}

/**
 * Shares the room out. Where it runs short, the largest body gives way and not the one that comes last, so that no number of unfinished uploads keeps an
 * ordinary call from being judged; and a body that stands still is not waited for.
 */
export class HeldBodies {
  readonly #entries = new Set<Entry>();
  #bytes = 0;
  #timer: NodeJS.Timeout | null = null;

  /** `giveUp`: it is to be judged by what has come, now. Must not throw. */
  open(giveUp: () => void): HeldBody {
    const entry: Entry = { bytes: 0, age: 0, giveUp };
    this.#entries.add(entry);
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.#tick(), TICK_MS);
      this.#timer.unref();
    }
    return { take: (bytes) => this.#take(entry, bytes + PIECE), release: () => this.#release(entry) };
  }

  #take(entry: Entry, cost: number): boolean {
    entry.age = 0;
    while (this.#bytes + cost > HELD_IN_ALL) {
      let largest = entry;
      for (const other of this.#entries) if (other.bytes > largest.bytes) largest = other;
      if (largest.bytes <= entry.bytes + cost) return false;
      this.#dismiss(largest);
    }
    this.#bytes += cost;
    entry.bytes += cost;
    return true;
  }

  #release(entry: Entry): void {
    if (!this.#entries.delete(entry)) return;
    this.#bytes -= entry.bytes;
    if (this.#entries.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #dismiss(entry: Entry): void {
    this.#release(entry);
    entry.giveUp();
  }

  #tick(): void {
    for (const entry of [...this.#entries]) if (++entry.age > TICKS) this.#dismiss(entry);
  }
}
