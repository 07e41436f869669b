import { doubt } from '../doubt.ts';
import { candidateRows } from './candidate-rows.ts';
import { NO_LABELS, type Place, type SpokenOperation } from './spoken.ts';
import { unknown } from './unknown.ts';

/** `POST …/service/NAME/operation/OPERATION` with `Smithy-Protocol: rpc-v2-cbor` (Smithy rpcv2Cbor). */
export function cborOperation(place: Place): SpokenOperation {
  const { target, endpoint, head, fields } = place;
  const rows = candidateRows(place, 'cbor');
  const match = /^(.*)\/service\/([A-Za-z0-9_.]+)\/operation\/([A-Za-z0-9_]+)$/.exec(target.path);
  if (match === null) return doubt('a CBOR request with a path that names no operation');
  const [, base, name, operationName] = match;
  if (base !== '' && endpoint !== null) doubt('a path before that of the operation');
  const row = rows.find((candidate) => candidate.target === name);
  if (row === undefined) {
    return unknown('an operation of another service than signature and host', place.rows[0]!.prefix);
  }
  const operation = row.table().operation(operationName!);
  if (operation === undefined) return unknown('an operation that the catalog does not know', row.prefix);
  if (head.method !== 'POST') doubt('a CBOR request that is no POST');
  const type = fields.contentType?.trim().toLowerCase() ?? null;
  if (type !== null && type !== 'application/cbor') doubt('a CBOR request with a content type that is no CBOR');
  return { kind: 'operation', operation, protocol: 'rpcv2Cbor', labels: NO_LABELS };
}
