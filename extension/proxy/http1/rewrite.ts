import { Buffer } from 'node:buffer';
import { isHopByHop } from './fields.ts';
import type { AnswerHead, RequestHead1 } from './head.ts';

export const CONTINUE = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');

/** The head as it goes upstream; null where it goes as it came, since nothing of it ends at this hop. `target` replaces an absolute one. */
export function changedRequestHeadOf(head: RequestHead1, target: string | null): Buffer | null {
  if (target === null && (!head.fields.hopByHop || isUpgrade(head))) return null;
  return requestHeadOf(head, target ?? head.target, head.headers);
}

/** The head of a request that leaves otherwise than it came. */
export function requestHeadOf(head: RequestHead1, target: string, headers: RequestHead1['headers']): Buffer {
  const upgrading = isUpgrade(head);
  let text = `${head.method} ${target} HTTP/1.${head.minor}\r\n`;
  for (const [name, value] of headers) {
    if (head.fields.hopByHop) {
      const lower = name.toLowerCase();
      if (upgrading ? lower.startsWith('proxy-') : isHopByHop(lower, head.fields.connection)) continue;
    }
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
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

/** The head as it goes to the client; null where it goes as it came. `close`: this is the last answer on its connection. `chunked`: its body is put into chunks. */
export function changedAnswerHeadOf(head: AnswerHead, close: boolean, chunked: boolean): Buffer | null {
  if (head.minor === 1 && !head.fields.hopByHop && !close) return null;
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
