import type { ServerHttp2Stream } from 'node:http2';
import { after } from '../../patience.ts';
import type { ExchangeRecord } from '../record.ts';

/** The answer is whole: its end, without which no client takes it for that, may still have to wait. */
export function endAnswer(client: ServerHttp2Stream, record: ExchangeRecord): void {
  if (client.destroyed) return;
  const { last } = record;
  if (last !== null) record.end(null);
  after(last?.() ?? null, () => client.destroyed || client.end());
}
