import type { ServiceRow } from '../catalog/index.ts';
import type { Place } from './spoken.ts';

type Family = 'rest' | 'query' | 'json' | 'cbor';

/** The lists of candidates are kept, so what they speak can be kept with them. */
const kept = new WeakMap<readonly ServiceRow[], Record<Family, readonly ServiceRow[]>>();

/** The candidates that speak a family of protocols. */
export function candidateRows({ rows }: Place, family: Family): readonly ServiceRow[] {
  const families = kept.get(rows) ?? sorted(rows);
  return families[family];
}

function sorted(rows: readonly ServiceRow[]): Record<Family, readonly ServiceRow[]> {
  const speaking = (family: Family): ServiceRow[] =>
    rows.filter(({ protocols }) => protocols.some((protocol) => familyOf(protocol) === family));
  const families = {
    rest: speaking('rest'),
    query: speaking('query'),
    json: speaking('json'),
    cbor: speaking('cbor'),
  };
  kept.set(rows, families);
  return families;
}

function familyOf(protocol: string): Family {
  if (protocol.startsWith('json')) return 'json';
  if (protocol.startsWith('rest')) return 'rest';
  return protocol === 'cbor' ? 'cbor' : 'query';
}
