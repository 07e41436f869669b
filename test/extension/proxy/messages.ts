import { HOST } from './harness.ts';

export const GET = `GET /a?b=c HTTP/1.1\r\nHost: ${HOST}\r\nX-Odd-Case: 1\r\n\r\n`;
export const ok = (body = 'hello') => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nX-Answer: 2\r\n\r\n${body}`;
