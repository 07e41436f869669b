import type { Socket } from 'node:net';

/** As little of an HTTP client as can be: one call after the other on one connection. */
export class BareClient {
  readonly #socket: Socket;
  #head = '';
  #left = -1;
  #done: (() => void) | null = null;
  #failed: ((error: Error) => void) | null = null;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#received(bytes));
    socket.on('error', (error) => this.#failed?.(error));
    socket.on('close', () => this.#failed?.(new Error('the connection was closed')));
  }

  /** `done` is called when the answer is whole; `failed` where none comes or its status is not 200. */
  call(request: Buffer, done: () => void, failed: (error: Error) => void): void {
    this.#done = done;
    this.#failed = failed;
    this.#socket.write(request);
  }

  /** The same as a promise, with a body to stream behind the head. */
  exchange(head: Buffer, body: { readonly block: Buffer; readonly bytes: number } | null = null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.call(head, resolve, reject);
      let left = body?.bytes ?? 0;
      const more = () => {
        while (left > 0 && body !== null) {
          const part = left >= body.block.length ? body.block : body.block.subarray(0, left);
          left -= part.length;
          if (!this.#socket.write(part)) {
            this.#socket.once('drain', more);
            return;
          }
        }
      };
      more();
    });
  }

  close(): void {
    this.#failed = null;
    this.#socket.destroy();
  }

  #received(bytes: Buffer): void {
    let body = bytes.length;
    if (this.#left === -1) {
      this.#head += bytes.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end === -1) return;
      if (!this.#head.startsWith('HTTP/1.1 200')) {
        this.#failed?.(new Error(`the answer was ${this.#head.slice(0, 12)}`));
        return;
      }
      this.#left = lengthOf(this.#head);
      body = this.#head.length - end - 4;
      this.#head = '';
    }
    this.#left -= body;
    if (this.#left > 0) return;
    this.#left = -1;
    this.#done?.();
  }
}

function lengthOf(head: string): number {
  const found = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (found === null) throw new Error('an answer without Content-Length');
  return Number(found[1]);
}
