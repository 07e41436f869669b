/** What comes after a pause of so many milliseconds is mostly the first call of an invocation. */
const PAUSE_MS = 2;

/** When something last came, from any client or endpoint of one proxy. By the wall clock: a freeze is a pause. */
export class Activity {
  /** Milliseconds. */
  last = 0;

  seen(): void {
    this.last = Date.now();
  }

  /** Something has come; true where it comes after a pause. */
  resumed(): boolean {
    const before = this.last;
    this.seen();
    return Math.abs(this.last - before) >= PAUSE_MS;
  }
}

/**
 * Lambda tells the function and us of an invocation at once: what else can be read in this turn of the event loop must be read before its first call, which mostly
 * comes after a pause. What comes behind it on the same connection keeps its place.
 */
export class Turn {
  readonly #activity: Activity;
  #waiting: (() => void)[] | null = null;

  constructor(activity: Activity) {
    this.#activity = activity;
  }

  /** Something has come. `work` must not throw. `mayWait`: false within a call, which is judged or under way already. */
  run(work: () => void, mayWait = true): void {
    const resumed = this.#activity.resumed();
    if (this.#waiting !== null) {
      this.#waiting.push(work);
    } else if (resumed && mayWait) {
      this.#waiting = [work];
      setImmediate(() => this.finish());
    } else work();
  }

  /** What waits is done now. */
  finish(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const work of waiting ?? []) work();
  }
}
