import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import type { Target } from '../forward/forwarder.ts';
import { type Gateway, reportFailure } from '../gateway.ts';

/** An HTTP/2 connection; or what is to be spoken instead; or null where the target cannot be reached. */
type Way = ClientHttp2Session | 'http/1.1' | null;

/** The connection upstream that belongs to one HTTP/2 client connection: dialled with its first stream, shared by all. */
export class Upstream {
  readonly #gateway: Gateway;
  readonly #target: Target;
  #way: Way = null;
  #waiting: ((way: Way) => void)[] = [];
  #closed = false;

  constructor(gateway: Gateway, target: Target) {
    this.#gateway = gateway;
    this.#target = target;
  }

  use(then: (way: Way) => void): void {
    const way = this.#way;
    if (way === 'http/1.1' || (way !== null && !way.closed && !way.destroyed)) {
      then(way);
      return;
    }
    this.#waiting.push(then);
    if (this.#waiting.length === 1) this.#gateway.slots.acquire(() => this.#dial());
  }

  close(): void {
    this.#closed = true;
    if (this.#way !== null && this.#way !== 'http/1.1') this.#way.destroy();
  }

  #dial(): void {
    const { host } = this.#target;
    const socket = this.#gateway.dialer.secure(this.#target, ['h2', 'http/1.1']);
    let found = false;
    let code = 'closed';
    socket.on('error', (error: NodeJS.ErrnoException) => {
      code = error.code ?? code;
    });
    socket.once('close', () => {
      this.#gateway.slots.release();
      if (found) return;
      const certificate = /CERT|ALTNAME|ISSUER|SELF_SIGNED|VERIFY/.test(code);
      const failure = certificate ? 'upstream-certificate' : 'upstream-unreachable';
      reportFailure(this.#gateway, host, { code: failure, cause: code });
      this.#settle(null);
    });
    socket.once('secureConnect', () => {
      if (this.#closed) {
        socket.destroy();
        return;
      }
      found = true;
      if (socket.alpnProtocol !== 'h2') {
        socket.destroy();
        this.#settle('http/1.1');
        return;
      }
      const session = connectHttp2(`https://${host}`, {
        createConnection: () => socket,
        settings: { enablePush: false, initialWindowSize: 1 << 20 },
      });
      session.on('error', () => {});
      this.#settle(session);
    });
  }

  #settle(way: Way): void {
    this.#way = way;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const then of waiting) then(way);
  }
}
