import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname } from 'node:path';

export interface UnixListener {
  readonly path: string;
  readonly sockets: ReadonlySet<Socket>;
  close(): void;
}

/** sun_path(7) has 108 bytes, and other systems fewer. */
const LONGEST_PATH = 100;

/**
 * A Unix socket for this user's own processes: its folder is nobody else's (0700), so that what is said there needs no TLS. What an earlier process left is removed
 * first, also by one that listens no more. Null where it cannot be had: everybody then comes over TCP.
 */
export async function listenOnUnixSocket(
  path: string,
  most: number,
  serve: (socket: Socket) => void,
): Promise<UnixListener | null> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  server.maxConnections = most;
  try {
    if (Buffer.byteLength(path) > LONGEST_PATH) return null;
    const folder = dirname(path);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // It may have been there, and mkdir heeds the umask.
    chmodSync(folder, 0o700);
    rmSync(path, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ path, backlog: 1_024 }, () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  } catch {
    return null;
  }
  server.on('error', () => {});
  return {
    path,
    sockets,
    close() {
      // Closing removes the file, too.
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** What an earlier process left: nobody listens there. Never throws. */
export function removeUnixSocket(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Whoever tries it is refused.
  }
}
