import { doubt } from '../doubt.ts';
import type { Parameters } from '../query-string.ts';
import type { RequestHead } from '../request.ts';

/** What a presigned query itself consists of (SigV4 query parameters). */
const OF_THE_SIGNATURE = new Set([
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-signedheaders',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-region-set',
]);

/**
 * S3 takes `x-amz-*` fields from the query as well, where presigners put them: an `x-amz-copy-source` there makes a PUT a copy, an `x-amz-acl` makes its object
 * public. They are read as the fields that they stand for; what stands in both places, or twice, could be taken from either.
 */
export function withHoistedFields(head: RequestHead, parameters: Parameters): RequestHead {
  const hoisted: [string, string][] = [];
  for (const [name, value] of parameters) {
    const lower = name.toLowerCase();
    if (!lower.startsWith('x-amz-') || OF_THE_SIGNATURE.has(lower)) continue;
    const twice =
      hoisted.some(([other]) => other === lower) || head.headers.some(([other]) => other.toLowerCase() === lower);
    if (twice) doubt(`an ${lower} in the query and another one`);
    hoisted.push([lower, value]);
  }
  return hoisted.length === 0 ? head : { ...head, headers: [...head.headers, ...hoisted] };
}
