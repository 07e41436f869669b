import { BareClient } from '../client/bare.ts';
import { open } from '../client/connection.ts';
import { getObject, putObject } from '../client/requests.ts';
import type { Running } from '../contestants/contestant.ts';
import { forgetPeak, memoryMiB } from '../processes.ts';

const BLOCK = Buffer.alloc(64 * 1024, 'u');

export interface Transfer {
  readonly mibPerSecond: number;
  /** Of the contestant's processes while it went on, MiB; null for the direct way. */
  readonly peakMiB: number | null;
}

/** One body through a connection that stands already. */
export async function transfer(running: Running, direction: 'get' | 'put', bytes: number): Promise<Transfer> {
  const route = running.route('near', 's3');
  const client = new BareClient(await open(route, running.caPem));
  await client.exchange(getObject(route, 1_000));
  if (running.pid !== null) forgetPeak(running.pid);
  const from = performance.now();
  if (direction === 'get') await client.exchange(getObject(route, bytes));
  else await client.exchange(putObject(route, bytes), { block: BLOCK, bytes });
  const seconds = (performance.now() - from) / 1_000;
  client.close();
  return {
    mibPerSecond: bytes / 1_048_576 / seconds,
    peakMiB: running.pid === null ? null : memoryMiB(running.pid).peak,
  };
}
