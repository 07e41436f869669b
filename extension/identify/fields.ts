import { doubt } from './doubt.ts';
import type { RequestHead } from './request.ts';

/** The fields of a request head that decide how it is read, each at most once. */
export interface Fields {
  readonly host: string | null;
  readonly authorization: string | null;
  readonly target: string | null;
  readonly contentType: string | null;
  readonly contentEncoding: string | null;
  readonly smithyProtocol: string | null;
  readonly regionSet: string | null;
}

/** Fields that identification or the service behind reads as one value: a second one could be what the service takes. */
const SINGLE = new Set([
  'host',
  'authorization',
  'x-amz-target',
  'content-type',
  'content-encoding',
  'content-length',
  'smithy-protocol',
  'x-amz-region-set',
  'x-amz-security-token',
  'x-amz-date',
  'x-amz-copy-source',
  'x-amzn-query-mode',
]);

/** Fields by which some servers take another method or path than the request line's. */
const REROUTING = new Set([
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
]);

export function readFields(head: RequestHead): Fields {
  let host: string | null = null;
  let authorization: string | null = null;
  let target: string | null = null;
  let contentType: string | null = null;
  let contentEncoding: string | null = null;
  let smithyProtocol: string | null = null;
  let regionSet: string | null = null;
  let length = false;
  let chunked = false;
  let seen = 0;
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase();
    if (REROUTING.has(lower)) doubt(`a ${lower} field`);
    if (lower === 'transfer-encoding') chunked = true;
    if (!SINGLE.has(lower)) continue;
    const bit = BITS.get(lower)!;
    if ((seen & bit) !== 0) doubt(`two ${lower} fields`);
    seen |= bit;
    switch (lower) {
      case 'host':
        host = value;
        break;
      case 'authorization':
        authorization = value;
        break;
      case 'x-amz-target':
        target = value;
        break;
      case 'content-type':
        contentType = value;
        break;
      case 'content-encoding':
        contentEncoding = value;
        break;
      case 'smithy-protocol':
        smithyProtocol = value;
        break;
      case 'x-amz-region-set':
        regionSet = value;
        break;
      case 'content-length':
        length = true;
        break;
      default:
    }
  }
  // RFC 9112 §6.3: a message with both may be an attempt at request smuggling.
  if (length && chunked) doubt('both content-length and transfer-encoding');
  return { host, authorization, target, contentType, contentEncoding, smithyProtocol, regionSet };
}

const BITS = new Map([...SINGLE].map((name, index) => [name, 1 << index]));

/** The value of a field that must not stand twice; null where it is absent. `name` is lower case. */
export function field(head: RequestHead, name: string): string | null {
  let found: string | null = null;
  for (const [key, value] of head.headers) {
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    if (found !== null) doubt(`two ${name} fields`);
    found = value;
  }
  return found;
}
