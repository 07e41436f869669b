import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBypassWatch } from '../../../extension/sight/bypass.ts';
import { isNearby, readTcpTable } from '../../../extension/sight/tcp-table.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const row = (remote: string, state: string, inode: number) =>
  `   0: 0F02000A:C3B6 ${remote} ${state} 00000000:00000000 00:00000000 00000000   993        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`;
/** 52.94.5.7:443 as the kernel writes it. */
const AWS = '07055E34:01BB';

describe('a table of connections', () => {
  it('is read for those that stand or are being made', () => {
    const text = HEAD + row(AWS, '01', 7) + row(AWS, '02', 8) + row(AWS, '06', 9) + row('0100007F:1F90', '01', 10);
    expect(readTcpTable(text)).toEqual([
      { remoteAddress: '52.94.5.7', remotePort: 443, inode: '7' },
      { remoteAddress: '52.94.5.7', remotePort: 443, inode: '8' },
      { remoteAddress: '127.0.0.1', remotePort: 8080, inode: '10' },
    ]);
  });

  it('has IPv6 addresses, and IPv4 in their clothes', () => {
    const mapped = `0000000000000000FFFF0000${AWS.slice(0, 8)}:01BB`;
    const six = '00000126000000000000000001000000:01BB';
    const read = readTcpTable(HEAD + row(mapped, '01', 1) + row(six, '01', 2) + row('nonsense', '01', 3));
    expect(read.map(({ remoteAddress }) => remoteAddress)).toEqual(['52.94.5.7', '2601::1']);
  });

  it.each(['127.0.0.1', '::1', '169.254.79.129', 'fe80::1', '0.0.0.0', '::'])('knows %s for nearby', (address) => {
    expect(isNearby(address)).toBe(true);
    expect(isNearby('52.94.5.7')).toBe(false);
  });
});

describe('the watch for what goes past the sensor', () => {
  let proc: string;
  beforeEach(() => {
    proc = mkdtempSync(join(tmpdir(), 'rolefence-proc-'));
    mkdirSync(join(proc, 'net'));
    process_(10, 'node', ['/opt/rolefence/bin/node', 'main.mjs'], 1, [5]);
    process_(20, 'python3.12', ['/var/lang/bin/python3.12', '/var/runtime/bootstrap.py'], 1, [6, 7]);
    process_(30, 'datadog-agent', ['/opt/extensions/datadog-agent'], 1, [8]);
    process_(31, 'helper', ['/bin/helper'], 30, [9]);
  });
  afterEach(() => rmSync(proc, { recursive: true, force: true }));

  /** A process as /proc shows it: a stand-in, since a real one would have to reach port 443 of another machine. */
  function process_(pid: number, comm: string, command: string[], parent: number, sockets: number[]): void {
    const folder = join(proc, `${pid}`);
    mkdirSync(join(folder, 'fd'), { recursive: true });
    writeFileSync(join(folder, 'comm'), `${comm}\n`);
    writeFileSync(join(folder, 'cmdline'), command.map((word) => `${word}\0`).join(''));
    writeFileSync(join(folder, 'status'), `Name:\t${comm}\nPPid:\t${parent}\n`);
    for (const [i, inode] of sockets.entries()) symlinkSync(`socket:[${inode}]`, join(folder, `fd/${i}`));
    symlinkSync('/dev/null', join(folder, 'fd/99'));
  }
  const connections = (...rows: string[]) => writeFileSync(join(proc, 'net/tcp'), HEAD + rows.join(''));
  /** The clock of a watch; each look takes 5 ms of it. */
  let time = 0;
  const now = () => {
    time += 2.5;
    return time;
  };
  const watch = () => createBypassWatch({ proc, pid: 10, now });
  const LATER_MS = 10_000;

  it('names process and address of a connection that is not the sensor’s, once', async () => {
    connections(row(AWS, '01', 5), row(AWS, '01', 7));
    const one = watch();
    expect(await one.look()).toEqual([{ process: 'python3.12', pid: 20, remote: '52.94.5.7:443' }]);
    time += LATER_MS;
    expect(await one.look()).toEqual([]);
    time += LATER_MS;
    connections(row(AWS, '01', 7), row('08055E34:01BB', '01', 6));
    expect(await one.look()).toEqual([{ process: 'python3.12', pid: 20, remote: '52.94.5.8:443' }]);
  });

  it('rests for two hundred times as long as a look took, and never looks twice at once', async () => {
    connections(row(AWS, '01', 7));
    const one = watch();
    const [first, meanwhile] = await Promise.all([one.look(), one.look()]);
    expect([first.length, meanwhile.length]).toEqual([1, 0]);
    connections(row('08055E34:01BB', '01', 6));
    time += 490;
    expect(await one.look()).toEqual([]);
    time += 1_000;
    expect(await one.look()).toHaveLength(1);
  });

  it.each([
    ['the sensor’s own', row(AWS, '01', 5)],
    ['another extension’s', row(AWS, '01', 8)],
    ['that of a program that another extension started', row(AWS, '01', 9)],
    ['one to the sensor', row('0100007F:01BB', '01', 7)],
    ['one to Lambda’s own services', row('4F81FEA9:01BB', '01', 7)],
    ['a database’s', row('07055E34:1538', '01', 7)],
    ['one that is closing', row(AWS, '08', 7)],
    ['nobody’s', row(AWS, '01', 77)],
  ])('says nothing of %s', async (_, line) => {
    connections(line);
    expect(await watch().look()).toEqual([]);
  });

  it('says nothing of processes that only share the machine, and still something of the environment’s own', async () => {
    const env = (pid: number, parent: number, sockets: number[]) => process_(pid, 'node', ['node'], parent, sockets);
    env(2, 1, []);
    env(3, 2, []);
    writeFileSync(join(proc, '10/status'), 'Name:\tnode\nPPid:\t3\n');
    process_(4, 'node', ['node', 'runtime.mjs'], 2, [41]);
    process_(5, 'node', ['node', 'child.mjs'], 4, [42]);
    connections(row(AWS, '01', 7), row(AWS, '01', 42));
    expect(await watch().look()).toMatchObject([{ pid: 5 }]);
  });

  it('says nothing where there is nothing to read', async () => {
    expect(await createBypassWatch({ proc: '/nowhere', pid: 1, now }).look()).toEqual([]);
  });

  it('reads this machine’s own tables without a fault', async () => {
    await expect(createBypassWatch({ proc: '/proc', pid: process.pid, now }).look()).resolves.toBeInstanceOf(Array);
  });
});
