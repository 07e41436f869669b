/** What comes after a pause of so many milliseconds is mostly the first call of an invocation. */
const PAUSE_MS = 2;

/** When something last came, from any client or endpoint of one proxy. By the wall clock: a freeze is a pause. */
export class Activity {
  #last = 0;

  seen(): void {
    this.#last = Date.now();
  }

  get paused(): boolean {
    return Math.abs(Date.now() - this.#last) >= PAUSE_MS;
  }
}
