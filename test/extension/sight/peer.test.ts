import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { isForeign, peerOf } from '../../../extension/sight/peer.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
/** The client's row: 127.0.0.1:40000 to 127.0.0.1:8080. */
const row = (state: string, uid: number) =>
  `   1: 0100007F:9C40 0100007F:1F90 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 12345 1 0000000000000000 20 4 30 10 -1`;

/** Both ends of a connection on this machine. */
async function connected(): Promise<{ server: Server; client: Socket; socket: Socket }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = connect(port, '127.0.0.1');
  const socket = await new Promise<Socket>((resolve) => server.once('connection', resolve));
  return { server, client, socket };
}

describe('whose the other end of a connection is', () => {
  it.each<[string, string, ReturnType<typeof peerOf>]>([
    ['the user’s whose socket it is', row('01', 993), 993],
    ['not to be told once it is being closed: it has lost its owner then', row('06', 0), null],
    ['nobody’s here where there is no such socket', '', 'elsewhere'],
  ])('is %s', (_, line, peer) => {
    expect(peerOf(`${HEAD}\n${line}\n`, 8_080, 40_000)).toBe(peer);
  });

  it('is this user’s for what this process connects', async () => {
    const { server, client, socket } = await connected();
    const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFileSync(path, 'latin1')).join('\n');
    expect(peerOf(tables, socket.localPort!, socket.remotePort!)).toBe(process.getuid!());
    client.destroy();
    socket.destroy();
    server.close();
  });

  it('is not foreign for what was reset at once, and has left no trace but its bytes', async () => {
    const { server, client, socket } = await connected();
    const ended = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    client.resetAndDestroy();
    await new Promise((resolve) => client.once('close', resolve));
    const { localPort, remotePort, remoteAddress } = socket;
    expect(isForeign({ localPort, remotePort, remoteAddress })).toBe(false);
    expect(isForeign({ localPort, remotePort, remoteAddress: '203.0.113.1' })).toBe(true);
    await ended;
    server.close();
  });
});
