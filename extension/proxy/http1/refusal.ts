import type { Refusal } from '../inspector.ts';

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  431: 'Request Header Fields Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
};

/** An answer of our own as it is written. `method` is null where the request's is not known. */
export function refusalOf(answer: Refusal, method: string | null, close: boolean): Buffer {
  let text = `HTTP/1.1 ${answer.status} ${REASONS[answer.status] ?? 'Refused'}\r\n`;
  for (const [name, value] of answer.headers) {
    if (!/^(?:content-length|connection|transfer-encoding)$/i.test(name)) text += `${name}: ${value}\r\n`;
  }
  text += `Content-Length: ${answer.body.length}\r\n${close ? 'Connection: close\r\n' : ''}\r\n`;
  return Buffer.concat([Buffer.from(text, 'latin1'), method === 'HEAD' ? new Uint8Array() : answer.body]);
}
