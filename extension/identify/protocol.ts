import type { Protocol, RequestHead } from './request.ts';

/** The protocol that a head looks like, before anything of it is believed: decides only how a refusal is worded. */
export function guessProtocol(head: RequestHead): Protocol {
  let type = '';
  let target = false;
  let smithy = '';
  for (const [name, value] of head.headers) {
    if (name.length === 12 && name.toLowerCase() === 'content-type') type = value.toLowerCase();
    else if (name.length === 12 && name.toLowerCase() === 'x-amz-target') target = true;
    else if (name.length === 15 && name.toLowerCase() === 'smithy-protocol') smithy = value.toLowerCase();
  }
  if (smithy === 'rpc-v2-cbor' || type.startsWith('application/cbor')) return 'rpcv2Cbor';
  if (type.startsWith('application/x-amz-json-1.1')) return 'awsJson1_1';
  if (type.startsWith('application/x-amz-cbor-1.1')) return 'awsCbor1_1';
  if (target || type.startsWith('application/x-amz-json')) return 'awsJson1_0';
  if (type.startsWith('application/x-www-form-urlencoded')) return 'awsQuery';
  const host = (
    head.authority ??
    head.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ??
    ''
  ).toLowerCase();
  if (/(^|\.)s3[.-]/.test(host) || type.startsWith('application/xml') || type.startsWith('text/xml')) return 'restXml';
  return 'restJson1';
}
