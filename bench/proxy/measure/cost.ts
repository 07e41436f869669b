import { BareClient } from '../client/bare.ts';
import { open } from '../client/connection.ts';
import { getItems } from '../client/requests.ts';
import type { Running } from '../contestants/contestant.ts';
import { cpuSeconds, readsAndWrites } from '../processes.ts';

/** Of the contestant's processes, for one call. What else the machine does only adds, and to all alike. */
export interface Cost {
  readonly cpuMicroseconds: number;
  readonly reads: number;
  readonly writes: number;
}

/** Clients whose connections stand. */
export interface Crowd {
  call(calls: number): Promise<void>;
  close(): void;
}

export async function crowd(running: Running, atOnce: number): Promise<Crowd> {
  const route = running.route('near', 'dynamodb');
  const requests = getItems(route);
  const clients: BareClient[] = [];
  for (let n = 0; n < atOnce; n++) clients.push(new BareClient(await open(route, running.caPem)));
  return {
    async call(calls) {
      let left = calls;
      const one = async (client: BareClient) => {
        while (left-- > 0) await client.exchange(requests[left % requests.length] as Buffer);
      };
      await Promise.all(clients.map(one));
    },
    close: () => clients.forEach((client) => void client.close()),
  };
}

export async function costOf(running: Running, clients: Crowd, calls: number): Promise<Cost> {
  const pid = running.pid as number;
  const cpu = cpuSeconds(pid);
  const { reads, writes } = readsAndWrites(pid);
  await clients.call(calls);
  const now = readsAndWrites(pid);
  return {
    cpuMicroseconds: ((cpuSeconds(pid) - cpu) / calls) * 1e6,
    reads: (now.reads - reads) / calls,
    writes: (now.writes - writes) / calls,
  };
}
