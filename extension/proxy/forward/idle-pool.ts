import type { UpstreamConnection } from './upstream-connection.ts';

/** Judged by the wall clock when a socket is taken: timers stand still in a freeze, and the other side may have gone meanwhile. */
const IDLE_MS = 10_000;
const IDLE_PER_TARGET = 64;
/** Idle for longer, milliseconds: its end may have come meanwhile and wait to be read in this very turn of the event loop (after a freeze, mostly). */
const MAY_HAVE_ENDED_MS = 100;

/** Connections that stand and carry nothing, the last used first. */
export class IdlePool {
  readonly #idle = new Map<string, UpstreamConnection[]>();
  #closed = false;

  /** `now`: milliseconds of the wall clock. */
  take(key: string, now: number): UpstreamConnection | null {
    const list = this.#idle.get(key);
    if (list === undefined) return null;
    for (let connection = list.pop(); connection !== undefined; connection = list.pop()) {
      const age = now - connection.idleSince;
      if (connection.alive && age >= 0 && age < IDLE_MS) return connection;
      connection.destroy();
    }
    this.#idle.delete(key);
    return null;
  }

  has(key: string): boolean {
    return this.#idle.has(key);
  }

  /** True where the next one to be taken may have ended without our having read so. */
  doubtful(key: string, now: number): boolean {
    const next = this.#idle.get(key)?.at(-1);
    return next !== undefined && now - next.idleSince > MAY_HAVE_ENDED_MS;
  }

  keep(connection: UpstreamConnection): void {
    let list = this.#idle.get(connection.key);
    if (list === undefined) {
      list = [];
      this.#idle.set(connection.key, list);
    }
    connection.idleSince = Date.now();
    if (this.#closed || list.length >= IDLE_PER_TARGET) connection.destroy();
    else list.push(connection);
  }

  forget(connection: UpstreamConnection): void {
    const list = this.#idle.get(connection.key);
    const at = list?.indexOf(connection) ?? -1;
    if (at !== -1) list?.splice(at, 1);
    if (list?.length === 0) this.#idle.delete(connection.key);
  }

  yieldOne(): void {
    for (const list of this.#idle.values()) {
      const oldest = list.shift();
      if (oldest === undefined) continue;
      oldest.destroy();
      return;
    }
  }

  close(): void {
    this.#closed = true;
    for (const list of [...this.#idle.values()]) for (const connection of [...list]) connection.destroy();
  }
}
