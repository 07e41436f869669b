/** Bodies that are held to be judged, all connections together: above this, a body counts as truncated (DESIGN: memory is bounded). */
const HELD_IN_ALL = 32 * 1024 * 1024;

export class HeldBodies {
  #bytes = 0;

  /** False where there is no room for so many more. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > HELD_IN_ALL) return false;
    this.#bytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#bytes -= bytes;
  }
}
