import type { UpstreamConnection } from './upstream-connection.ts';

/** Connections that are being made for requests still to come, the first dialled first. */
export class ComingConnections {
  readonly #coming = new Map<string, Set<UpstreamConnection>>();

  add(connection: UpstreamConnection): void {
    const { key } = connection;
    this.#coming.set(key, (this.#coming.get(key) ?? new Set()).add(connection));
  }

  take(key: string): UpstreamConnection | null {
    const [first] = this.#coming.get(key) ?? [];
    if (first === undefined) return null;
    this.forget(first);
    return first;
  }

  /** It stands, is gone, or has been taken. */
  forget(connection: UpstreamConnection): void {
    const others = this.#coming.get(connection.key);
    if (others?.delete(connection) && others.size === 0) this.#coming.delete(connection.key);
  }

  close(): void {
    for (const connections of [...this.#coming.values()])
      for (const connection of [...connections]) connection.destroy();
  }
}
