import net from 'node:net';
import { Duplex } from 'node:stream';

/** An answer head to CONNECT is a few hundred bytes. */
const MAX_HEAD = 16_384;

const dial = net.connect;

/**
 * A byte stream to host:port through the sensor's CONNECT (RFC 9110 §9.3.6). It can be written to at once: what is written waits for the sensor's answer. A
 * refusal destroys it with the sensor's reason.
 */
export function tunnel(sensorPort: number, host: string, port: number): { socket: Duplex; transport: net.Socket } {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const transport = dial({ host: '127.0.0.1', port: sensorPort });
  transport.setNoDelay(true);
  let open: (() => void) | null = null;
  let ready = false;

  const socket = new Duplex({
    read() {
      transport.resume();
    },
    write(chunk, encoding, done) {
      const send = () => transport.write(chunk, encoding, (error) => done(error ?? null));
      if (ready) send();
      else open = send;
    },
    final(done) {
      transport.end(() => done());
    },
    destroy(error, done) {
      transport.destroy();
      done(error);
    },
  });

  transport.on('error', (error) => socket.destroy(error));
  transport.on('close', () => {
    if (!ready) socket.destroy(refused(authority));
  });
  transport.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);

  let head = Buffer.alloc(0);
  transport.on('data', function answer(part: Buffer) {
    head = Buffer.concat([head, part]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.length < MAX_HEAD) return;
    transport.off('data', answer);
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1', 0, 16))?.[1];
    if (end < 0 || status === undefined || !status.startsWith('2')) {
      socket.destroy(refused(authority));
      return;
    }
    const pass = (bytes: Buffer) => {
      if (!socket.push(bytes)) transport.pause();
    };
    if (head.length > end + 4) pass(head.subarray(end + 4));
    transport.on('data', pass);
    transport.on('end', () => socket.push(null));
    ready = true;
    open?.();
  });
  return { socket, transport };
}

function refused(authority: string): Error {
  return Object.assign(new Error(`The connection to ${authority} was refused`), { code: 'ROLEFENCE_REFUSED' });
}
