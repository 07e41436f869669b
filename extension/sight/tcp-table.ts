/** One row of /proc/net/tcp or tcp6 (proc(5)). */
export interface TcpConnection {
  /** As people write it; IPv4 in IPv6 notation as IPv4. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Joins the row to a descriptor `socket:[INODE]` of a process. */
  readonly inode: string;
}

const ESTABLISHED = '01';
const SYN_SENT = '02';

/** Connections that stand or are being made. Rows that are not understood are left out. */
export function readTcpTable(text: string): TcpConnection[] {
  const found: TcpConnection[] = [];
  for (const line of text.split('\n').slice(1)) {
    const [, , remote = '', state, , , , , , inode = '0'] = line.trim().split(/\s+/);
    if (state !== ESTABLISHED && state !== SYN_SENT) continue;
    const [address = '', port = ''] = remote.split(':');
    const remoteAddress = addressOf(address);
    if (remoteAddress !== null && inode !== '0')
      found.push({ remoteAddress, remotePort: Number.parseInt(port, 16), inode });
  }
  return found;
}

/** Four-byte groups in the machine's own order, which is little endian on all of Lambda's. */
function addressOf(hex: string): string | null {
  if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex)) return null;
  const bytes = hex.match(/.{8}/g)!.flatMap((group) =>
    group
      .match(/../g)!
      .reverse()
      .map((pair) => Number.parseInt(pair, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff)
    return bytes.slice(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i]! << 8) | bytes[2 * i + 1]!).toString(16));
  return groups.join(':').replace(/(^|:)0(?::0)+(:|$)/, '::');
}

/** Loopback, link-local (container credentials, metadata, Lambda's own) and unspecified: never AWS's endpoints. */
export function isNearby(address: string): boolean {
  return /^(?:127\.|169\.254\.|0\.0\.0\.0$|::1?$|fe[89ab])/i.test(address);
}
