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
