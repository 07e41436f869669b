import type { Running } from '../contestants/contestant.ts';
import { BareClient } from './bare.ts';
import { open } from './connection.ts';
import { getItem, getObject, putObject } from './requests.ts';

/** Each kind of call that is measured, a few times: to warm a contestant up, and to learn a baseline from. */
export async function workload(running: Running, calls = 20): Promise<void> {
  for (const distance of ['near', 'far'] as const) {
    const route = running.route(distance, 'dynamodb');
    const client = new BareClient(await open(route, running.caPem));
    for (let n = 0; n < calls; n++) await client.exchange(getItem(route));
    client.close();
  }
  const route = running.route('near', 's3');
  const client = new BareClient(await open(route, running.caPem));
  for (let n = 0; n < 3; n++) {
    await client.exchange(getObject(route, 100_000));
    await client.exchange(putObject(route, 100_000), { block: Buffer.alloc(100_000), bytes: 100_000 });
  }
  client.close();
}
