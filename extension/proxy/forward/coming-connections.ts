import type { UpstreamConnection } from './upstream-connection.ts';

/**
 * A handshake that takes longer has most likely lost its other end, as in an environment that was frozen in the middle of it: nobody tells of that. By the wall clock, which does not stop
 * for a freeze.
 */
const PATIENCE_MS = 1_000;

/** Connections that are being made for requests still to come, the youngest first. */
export class ComingConnections {
  readonly #coming = new Map<string, Map<UpstreamConnection, number>>();

  add(connection: UpstreamConnection, now: number): void {
    const { key } = connection;
    this.#coming.set(key, (this.#coming.get(key) ?? new Map()).set(connection, now));
  }

  take(key: string, now: number): UpstreamConnection | null {
    for (const [connection, since] of [...(this.#coming.get(key) ?? [])])
      if (Math.abs(now - since) > PATIENCE_MS) connection.destroy();
    const youngest = [...(this.#coming.get(key)?.keys() ?? [])].at(-1) ?? null;
    if (youngest !== null) this.forget(youngest);
    return youngest;
  }

  /** Nobody comes for it any more. Nothing where it stands, is gone, or has been taken. */
  abandon(connection: UpstreamConnection): void {
    if (this.#coming.get(connection.key)?.has(connection)) connection.destroy();
  }

  /** It stands, is gone (`destroy` tells of it here), or has been taken. */
  forget(connection: UpstreamConnection): void {
    const others = this.#coming.get(connection.key);
    if (others?.delete(connection) && others.size === 0) this.#coming.delete(connection.key);
  }

  close(): void {
    for (const connections of [...this.#coming.values()])
      for (const connection of [...connections.keys()]) connection.destroy();
  }
}
