import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An event of CloudTrail's history: the fields of AWS's published examples that matter here. */
export interface HistoryEvent {
  readonly region: string;
  readonly resource: string;
  readonly event: Readonly<Record<string, unknown>> & { readonly eventID: string };
}

export interface FakeTrail {
  readonly endpoint: string;
  /** What was asked, in order: region, resource, and whether a token came with it. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A fake of CloudTrail's LookupEvents, because moto has none: one event a page, so that pages are followed. `refuse` answers with that error. */
export async function startFakeTrail(
  events: readonly HistoryEvent[],
  refuse: string | null = null,
): Promise<FakeTrail> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    const { LookupAttributes, NextToken } = JSON.parse(body);
    const [{ AttributeKey, AttributeValue }] = LookupAttributes;
    const region = /\/([a-z0-9-]+)\/cloudtrail\/aws4_request/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const operation = String(request.headers['x-amz-target']).split('.').at(-1);
    asked.push(`${region} ${AttributeValue}${NextToken === undefined ? '' : ' +'}`);
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (refuse !== null || operation !== 'LookupEvents' || AttributeKey !== 'ResourceName') {
      response.statusCode = 400;
      response.end(JSON.stringify({ __type: refuse ?? 'ValidationException', message: 'no' }));
      return;
    }
    const found = events.filter((one) => one.region === region && one.resource === AttributeValue);
    const at = Number(NextToken ?? 0);
    const page = found.slice(at, at + 1).map(({ event }) => ({
      EventId: event.eventID,
      EventName: event.eventName,
      EventTime: Date.parse(String(event.eventTime)) / 1000,
      CloudTrailEvent: JSON.stringify(event),
    }));
    response.end(JSON.stringify({ Events: page, ...(at + 1 < found.length ? { NextToken: String(at + 1) } : {}) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
