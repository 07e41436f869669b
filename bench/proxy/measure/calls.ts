import { BareClient } from '../client/bare.ts';
import { open } from '../client/connection.ts';
import { getItem, getItems } from '../client/requests.ts';
import type { SdkClient } from '../client/sdk.ts';
import type { Distance, Running } from '../contestants/contestant.ts';
import { cpuSeconds } from '../processes.ts';

/** Milliseconds of each of `calls` calls, one at a time on one kept connection. */
export async function latencies(client: BareClient, requests: readonly Buffer[], calls: number): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < calls; n++) {
    const from = performance.now();
    await client.exchange(requests[n % requests.length] as Buffer);
    taken.push(performance.now() - from);
  }
  return taken;
}

/** The same through the JS SDK. */
export async function sdkLatencies(client: SdkClient, calls: number): Promise<number[]> {
  const taken: number[] = [];
  for (let n = 0; n < calls; n++) {
    const from = performance.now();
    await client.getItem();
    taken.push(performance.now() - from);
  }
  return taken;
}

export interface Throughput {
  readonly callsPerSecond: number;
  /** Of the contestant's processes, for 10,000 calls; null for the direct way. */
  readonly cpuFor10k: number | null;
}

/** Calls side by side on connections of their own that stand already. */
export async function throughput(
  running: Running,
  distance: Distance,
  atOnce: number,
  forMs: number,
): Promise<Throughput> {
  const route = running.route(distance, 'dynamodb');
  const clients: BareClient[] = [];
  for (let n = 0; n < atOnce; n++) clients.push(new BareClient(await open(route, running.caPem)));
  const requests = getItems(route);
  await Promise.all(clients.map((client, n) => client.exchange(requests[n] as Buffer)));
  const before = running.pid === null ? 0 : cpuSeconds(running.pid);
  const from = performance.now();
  let calls = 0;
  await Promise.all(
    clients.map(
      (client) =>
        new Promise<void>((resolve, reject) => {
          const next = () => {
            calls++;
            if (performance.now() - from >= forMs) resolve();
            else client.call(requests[calls % requests.length] as Buffer, next, reject);
          };
          client.call(requests[0] as Buffer, next, reject);
        }),
    ),
  );
  const seconds = (performance.now() - from) / 1_000;
  const cpu = running.pid === null ? null : ((cpuSeconds(running.pid) - before) / calls) * 10_000;
  for (const client of clients) client.close();
  return { callsPerSecond: calls / seconds, cpuFor10k: cpu };
}

/** Milliseconds from opening TCP to the end of the first answer, a whole handshake each time. */
export async function newConnections(running: Running, count: number): Promise<number[]> {
  const taken: number[] = [];
  const route = running.route('near', 'dynamodb');
  const request = getItem(route);
  for (let n = 0; n < count; n++) {
    const from = performance.now();
    const client = new BareClient(await open(route, running.caPem));
    await client.exchange(request);
    taken.push(performance.now() - from);
    client.close();
  }
  return taken;
}
