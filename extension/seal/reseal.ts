import { resealHead } from './reseal-head.ts';
import { resealQuery } from './reseal-query.ts';
import { placeOf, type Resealing, refused, type SignedRequest } from './signed-request.ts';
import type { Vault } from './vault.ts';

/**
 * Takes the placeholder's signature off a request and puts the real one on: the same canonical request but for the session token. What the client did not
 * sign must not become signed by it, so it is refused where it could matter.
 */
export function reseal(request: SignedRequest, vault: Vault): Resealing {
  const at = request.target.indexOf('?');
  const query = at < 0 ? '' : request.target.slice(at + 1);
  const authorization = placeOf(request.headers, 'authorization');
  if (authorization === null) return refused('it has two Authorization fields');
  const presigned = query !== '' && /(?:^|&)X-Amz-(?:Signature|Credential)=/.test(query);
  if (authorization === -1) return presigned ? resealQuery(request, vault) : unsignedOrOther(query);
  if (presigned) return refused('it is signed in the query and in a field');
  return resealHead(request, authorization, vault);
}

function unsignedOrOther(query: string): Resealing {
  if (/(?:^|&)AWSAccessKeyId=/i.test(query)) return refused('it is signed by SigV2, which cannot be sealed');
  return { kind: 'unsealed' };
}
