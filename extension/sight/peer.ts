import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Whose the other end of a connection is that was made on this machine: the user's id; null where it cannot be told, since it is being closed; elsewhere: nobody's of this network namespace. */
export type Peer = number | null | 'elsewhere';

const ESTABLISHED = '01';

/** `tables`: /proc/net/tcp and tcp6 (proc(5)). To be asked when the connection comes: what was closed since has no owner any more. */
export function peerOf(tables: string, ownPort: number, peerPort: number): Peer {
  for (const line of tables.split('\n')) {
    const [, local = '', remote = '', state, , , , uid = ''] = line.trim().split(/\s+/);
    if (portOf(local) !== peerPort || portOf(remote) !== ownPort) continue;
    return state === ESTABLISHED && /^\d+$/.test(uid) ? Number(uid) : null;
  }
  return 'elsewhere';
}

const portOf = (address: string): number => Number.parseInt(address.split(':')[1] ?? '', 16);

export interface Ends {
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
  readonly remoteAddress?: string | undefined;
}

/** Whether a connection comes from somebody else: what this environment's own user connects is the function's, or another extension's. False where it cannot be told. */
export function isForeign({ localPort = 0, remotePort = 0, remoteAddress = '' }: Ends): boolean {
  try {
    const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFileSync(path, 'latin1')).join('\n');
    const peer = peerOf(tables, localPort, remotePort);
    // What was reset at once has no row any more, and has come from here all the same.
    if (peer === 'elsewhere') return !isOwnAddress(remoteAddress);
    return peer !== null && peer !== process.getuid?.();
  } catch {
    return false;
  }
}

function isOwnAddress(address: string): boolean {
  const plain = address.replace(/^::ffff:/, '');
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map((one) => one.address) ?? []);
  return plain === '' || plain.startsWith('127.') || own.includes(plain);
}
