import type { NamedRequest } from '../identify/request.ts';

/** A complete HTTP answer that an SDK reads as its own AccessDenied, and does not retry (no SDK retries a 4xx of this code). */
export interface RefusalAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
}

const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/**
 * The refusal in the error form of the protocol that the client speaks (Smithy awsJson1_0/1_1, restJson1, restXml, awsQuery, ec2Query,
 * rpcv2Cbor; CBOR in the place of JSON). HEAD answers carry no body, so every form names the error in `x-amzn-errortype` too. `requestId` is the call's id: whoever
 * reads the SDK's error finds the finding by it.
 */
export function refusal(named: NamedRequest, message: string, requestId: string): RefusalAnswer {
  switch (named.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return answer(
        400,
        requestId,
        [
          [
            'content-type',
            named.protocol === 'awsJson1_0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1',
          ],
          ['x-amzn-errortype', 'AccessDeniedException'],
          ...queryCompatible(named),
        ],
        JSON.stringify({ __type: 'AccessDeniedException', message, Message: message }),
      );
    case 'awsCbor1_1':
      return answer(
        400,
        requestId,
        [
          ['content-type', 'application/x-amz-cbor-1.1'],
          ['x-amzn-errortype', 'AccessDeniedException'],
        ],
        cborMap({ __type: 'AccessDeniedException', message }),
      );
    case 'restJson1':
      return answer(
        403,
        requestId,
        [
          ['content-type', 'application/json'],
          ['x-amzn-errortype', 'AccessDeniedException'],
        ],
        JSON.stringify({ message, Message: message }),
      );
    case 'awsQuery':
      return answer(
        403,
        requestId,
        [
          ['content-type', 'text/xml'],
          ['x-amzn-errortype', 'AccessDenied'],
        ],
        wrappedXml(message, requestId),
      );
    case 'ec2Query':
      return answer(
        403,
        requestId,
        [
          ['content-type', 'text/xml'],
          ['x-amzn-errortype', 'UnauthorizedOperation'],
        ],
        `${XML_DECLARATION}<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${xml(message)}</Message></Error></Errors><RequestID>${xml(requestId)}</RequestID></Response>`,
      );
    case 'restXml':
      return answer(
        403,
        requestId,
        [
          ['content-type', 'application/xml'],
          ['x-amzn-errortype', 'AccessDenied'],
        ],
        errorIsUnwrapped(named)
          ? `${XML_DECLARATION}<Error><Code>AccessDenied</Code><Message>${xml(message)}</Message><RequestId>${xml(requestId)}</RequestId></Error>`
          : wrappedXml(message, requestId),
      );
    case 'rpcv2Cbor':
      return answer(
        403,
        requestId,
        [
          ['content-type', 'application/cbor'],
          ['smithy-protocol', 'rpc-v2-cbor'],
          ['x-amzn-errortype', 'AccessDeniedException'],
          ...queryCompatible(named),
        ],
        cborMap({ __type: 'AccessDeniedException', message }),
      );
  }
}

function answer(
  status: number,
  requestId: string,
  headers: [string, string][],
  body: string | Uint8Array,
): RefusalAnswer {
  return {
    status,
    headers: [['x-amzn-requestid', requestId], ['x-amz-request-id', requestId], ...headers],
    body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
  };
}

/** Services with Smithy's awsQueryCompatible trait answer with the code that their query protocol had; SDKs prefer it. */
function queryCompatible(named: NamedRequest): [string, string][] {
  return named.service === 'sqs' || named.service === 'cloudwatch'
    ? [['x-amzn-query-error', 'AccessDenied;Sender']]
    : [];
}

/** S3 alone has restXml's `noErrorWrapping`; S3 Control, whose IAM prefix is s3 too, has not. */
function errorIsUnwrapped(named: NamedRequest): boolean {
  return named.service.startsWith('s3') && !named.host.includes('s3-control');
}

function wrappedXml(message: string, requestId: string): string {
  return `${XML_DECLARATION}<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${xml(message)}</Message></Error><RequestId>${xml(requestId)}</RequestId></ErrorResponse>`;
}

function xml(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '?');
}

/** A map of fewer than 24 text members (RFC 8949 §3.1, major types 5 and 3). */
function cborMap(members: Record<string, string>): Uint8Array {
  const entries = Object.entries(members);
  const parts: Uint8Array[] = [Uint8Array.of(0xa0 | entries.length)];
  for (const [name, value] of entries) parts.push(cborText(name), cborText(value));
  return Buffer.concat(parts);
}

function cborText(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf8');
  const n = bytes.length;
  const head = n < 24 ? [0x60 | n] : n < 0x100 ? [0x78, n] : [0x79, (n >> 8) & 0xff, n & 0xff];
  return Buffer.concat([Uint8Array.from(head), bytes.subarray(0, 0xffff)]);
}
