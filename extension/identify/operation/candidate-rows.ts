import type { ServiceRow } from '../catalog/index.ts';
import type { Place } from './spoken.ts';

type Family = 'rest' | 'query' | 'json' | 'cbor';

/** The candidates that speak a family of protocols. */
export function candidateRows(place: Place, family: Family): readonly ServiceRow[] {
  return place.rows.filter(({ protocols }) => protocols.some((protocol) => familyOf(protocol) === family));
}

function familyOf(protocol: string): Family {
  if (protocol.startsWith('json')) return 'json';
  if (protocol.startsWith('rest')) return 'rest';
  return protocol === 'cbor' ? 'cbor' : 'query';
}
