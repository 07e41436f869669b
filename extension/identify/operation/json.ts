import type { Operation } from '../catalog/service.ts';
import { doubt } from '../doubt.ts';
import { candidateRows } from './candidate-rows.ts';
import { rootPath } from './root-path.ts';
import { NO_LABELS, type Place, type SpokenOperation } from './spoken.ts';
import { unknown } from './unknown.ts';

/** `X-Amz-Target: Prefix_20120810.Operation` (Smithy awsJson1_0, awsJson1_1). */
export function jsonOperation(place: Place): SpokenOperation {
  const target = place.fields.target!;
  const rows = candidateRows(place, 'json');
  const dot = target.lastIndexOf('.');
  const prefix = target.slice(0, Math.max(0, dot));
  if (rows.length === 0) doubt('an X-Amz-Target for a service that has none');
  // Two services can share the prefix (Timestream's halves do).
  let operation: Operation | undefined;
  let known = false;
  for (const row of rows) {
    if (!row.hasTarget(prefix)) continue;
    known = true;
    operation ??= row.table().operation(target.slice(dot + 1));
  }
  if (operation === undefined) {
    const reason = known
      ? 'an operation that the catalog does not know'
      : 'an X-Amz-Target of another service than signature and host';
    return unknown(reason, rows[0]!.prefix);
  }
  if (place.head.method !== 'POST') doubt('an X-Amz-Target in a request that is no POST');
  rootPath(place);
  return { kind: 'operation', operation, protocol: versionOf(place.fields.contentType, operation), labels: NO_LABELS };
}

/** Another charset would give the body another reading, and SDKs send none. */
function versionOf(contentType: string | null, { service }: Operation): 'awsJson1_0' | 'awsJson1_1' | 'awsCbor1_1' {
  if (contentType === 'application/x-amz-json-1.0') return 'awsJson1_0';
  if (contentType === 'application/x-amz-json-1.1') return 'awsJson1_1';
  // No other service is known to read it.
  if (contentType === 'application/x-amz-cbor-1.1' && service.row.id === 'kinesis') return 'awsCbor1_1';
  const match = /^\s*application\/x-amz-json-1\.([01])\s*(?:;\s*charset="?utf-?8"?\s*)?$/i.exec(contentType ?? '');
  if (match === null) return doubt('an X-Amz-Target with a content type that is no AWS JSON');
  return match[1] === '0' ? 'awsJson1_0' : 'awsJson1_1';
}
