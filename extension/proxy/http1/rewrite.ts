import { type AnswerHead, isHopByHop, type RequestHead1 } from './head.ts';

export const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');

/** The head as it goes upstream: the very bytes where nothing of it ends at this hop. `target` replaces an absolute one. */
export function requestHeadOf(raw: Buffer, head: RequestHead1, target: string | null): Buffer {
  const upgrading = isUpgrade(head);
  if (target === null && (!head.fields.hopByHop || upgrading)) return raw;
  let text = `${head.method} ${target ?? head.target} HTTP/1.${head.minor}\r\n`;
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase();
    if (upgrading ? lower.startsWith('proxy-') : isHopByHop(lower, head.fields.connection)) continue;
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
}

/** The head of a request that leaves otherwise than it came. */
export function rewrittenHeadOf(head: RequestHead1, target: string, headers: RequestHead1['headers']): Buffer {
  return requestHeadOf(Buffer.alloc(0), { ...head, headers }, target);
}

/** The head of an answer whose content was read as a whole and changed. */
export function rewrittenAnswerHeadOf(head: AnswerHead, length: number, close: boolean): Buffer {
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`;
  for (const [name, value] of head.headers) {
    const lower = name.toLowerCase();
    if (['content-length', 'content-encoding', 'transfer-encoding', 'trailer'].includes(lower)) continue;
    if (!isHopByHop(lower, head.fields.connection)) text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}Content-Length: ${length}\r\n${close ? 'Connection: close\r\n' : ''}\r\n`, 'latin1');
}

/** The head as it goes to the client. `close`: this is the last answer on its connection. `chunked`: its body is put into chunks. */
export function answerHeadOf(raw: Buffer, head: AnswerHead, close: boolean, chunked = false): Buffer {
  if (head.status === 101 || (head.minor === 1 && !head.fields.hopByHop && !close)) return raw;
  let text = `HTTP/1.1 ${head.status} ${head.reason}\r\n`;
  for (const [name, value] of head.headers) {
    if (!isHopByHop(name.toLowerCase(), head.fields.connection)) text += `${name}: ${value}\r\n`;
  }
  if (chunked) text += 'Transfer-Encoding: chunked\r\n';
  return Buffer.from(`${text}${close ? 'Connection: close\r\n' : ''}\r\n`, 'latin1');
}

/** RFC 9110 §7.8: both the field and its name in Connection. */
export function isUpgrade(head: RequestHead1): boolean {
  return head.fields.upgrade && head.fields.connection.includes('upgrade');
}
