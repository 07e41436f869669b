import type { Socket } from 'node:net';
import { after } from '../patience.ts';
import type { Gateway } from './gateway.ts';
import { endOfHead, parseRequestHead } from './http1/head.ts';
import { MalformedHead } from './http1/malformed.ts';
import { refusalOf } from './http1/refusal.ts';
import type { Refusal } from './inspector.ts';

/** What is asked of the sensor itself is small. */
const LONGEST = 64 * 1024;

const NOT_UNDERSTOOD: Refusal = {
  status: 400,
  headers: [],
  body: Buffer.from('{"code":"BadRequest","message":"not understood"}'),
};

/** True for a request in origin-form on the plain listener, which nobody makes who means a proxy; null while that cannot be told. */
export function isForSensor(first: Buffer): boolean | null {
  const text = first.toString('latin1', 0, 10);
  if (/^[A-Z]{3,8} \//.test(text)) return true;
  return /^[A-Z]{0,8} ?$/.test(text) && first.length < 10 ? null : false;
}

/** One request to the sensor itself and its answer; then the connection ends. */
export function serveLocal(gateway: Gateway, socket: Socket, first: Buffer): void {
  let all = first;
  const answer = (given: Refusal, method: string | null) => {
    socket.removeAllListeners('data');
    socket.resume();
    socket.end(refusalOf(given, method, true));
    socket.once('end', () => socket.destroy());
  };
  const read = () => {
    try {
      if (all.length > LONGEST) return answer(NOT_UNDERSTOOD, null);
      const end = endOfHead(all);
      if (end === -1) return;
      const head = parseRequestHead(all.subarray(0, end));
      const length = head.fields.contentLength ?? 0;
      if (head.fields.chunked || length > LONGEST) return answer(NOT_UNDERSTOOD, head.method);
      if (all.length < end + length) return;
      gateway.reaper.unwatch(socket);
      const body = all.subarray(end, end + length);
      const given = gateway.inspector.local?.({
        method: head.method,
        target: head.target,
        headers: head.headers,
        body,
      });
      after(given?.until ?? null, () => answer(given ?? NOT_UNDERSTOOD, head.method));
    } catch (error) {
      if (!(error instanceof MalformedHead)) {
        gateway.inspector.fault({ code: 'proxy', message: 'a request to the sensor was closed after a fault of it' });
      }
      answer(NOT_UNDERSTOOD, null);
    }
  };
  gateway.reaper.watch(socket);
  socket.on('data', (bytes: Buffer) => {
    all = Buffer.concat([all, bytes]);
    read();
  });
  socket.resume();
  read();
}
