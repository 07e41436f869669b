import type { Socket } from 'node:net';

export const ESTABLISHED = 'HTTP/1.1 200 Connection established\r\n\r\n';

/** What a CONNECT gets in place of a connection. */
export function answerConnect(socket: Socket, status: number, reason: string, text: string): void {
  const body = `${text.replace(/[\r\n]+/g, ' ')}\n`;
  socket.resume();
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.once('end', () => socket.destroy());
}
