import { describe, expect, it } from 'vitest';
import { nameOf } from './compare.ts';
import { requestsOf, sdkClients } from './sdk.ts';

describe('requests of the SDK for JavaScript', () => {
  const clients = sdkClients();

  it('come from at least twenty clients', () => {
    expect(clients.length).toBeGreaterThanOrEqual(20);
  });

  it.each(clients)('%s: every command is named right', { timeout: 60_000 }, async (client) => {
    const wrong: string[] = [];
    let count = 0;
    for (const optional of [false, true]) {
      for (const { request, truth } of await requestsOf(client, 'eu-west-1', optional)) {
        count++;
        const named = nameOf(request);
        const found = [named.certainty, named.operation, named.region, named.accessKeyId, named.account].join(' ');
        const wanted = ['exact', truth.operation, truth.region, truth.accessKeyId, truth.account].join(' ');
        if (found !== wanted) wrong.push(`${found} (${named.reason}) instead of ${wanted}: ${request.url}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBeGreaterThan(4);
  });
});
