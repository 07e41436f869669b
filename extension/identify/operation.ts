import { doubt } from './doubt.ts';
import { candidateRows } from './operation/candidate-rows.ts';
import { cborOperation } from './operation/cbor.ts';
import { formOperation } from './operation/form.ts';
import { jsonOperation } from './operation/json.ts';
import { ownApi } from './operation/own-apis.ts';
import { restOperation } from './operation/rest.ts';
import type { Place, Spoken } from './operation/spoken.ts';
import { unknown } from './operation/unknown.ts';

export type { Spoken, SpokenOperation, SpokenUpload } from './operation/spoken.ts';
export { isUnknown } from './operation/unknown.ts';

/**
 * Which operation a request is for. Each protocol has a mark of its own in the head: `Smithy-Protocol`, `X-Amz-Target`, an `Action`; where none
 * stands the method and the path name it. A request with the marks of two protocols could be read as either.
 */
export function findOperation(place: Place): Spoken {
  const { fields, parameters, rows, target } = place;
  const own = ownApi(place);
  if (own !== null) return own;
  if (rows.length === 0) return unknown('a service that the catalog does not know', null);
  const smithy = fields.smithyProtocol?.trim().toLowerCase() ?? null;
  const action = parameters.some(([name]) => name.toLowerCase() === 'action');
  if (smithy !== null) {
    if (smithy !== 'rpc-v2-cbor') return unknown('a protocol that the catalog does not know', null);
    if (fields.target !== null || action) doubt('marks of two protocols');
    return cborOperation(place);
  }
  if (fields.target !== null) {
    if (action) doubt('marks of two protocols');
    return jsonOperation(place);
  }
  const query = candidateRows(place, 'query');
  const rest = candidateRows(place, 'rest');
  const isForm = contentTypeIs(fields.contentType, 'application/x-www-form-urlencoded');
  // CloudSearch's Search is a form that is no Action.
  if (isForm && target.path.endsWith('/2013-01-01/search') && rest.length > 0) return restOperation(place, rest);
  if (query.length > 0 && (rest.length === 0 || action || isForm)) return formOperation(place, query);
  if (rest.length > 0) return restOperation(place, rest);
  return unknown('a request that names no operation of its service', rows[0]!.prefix);
}

const contentTypeIs = (value: string | null, type: string): boolean =>
  (value ?? '').split(';')[0]?.trim().toLowerCase() === type;
