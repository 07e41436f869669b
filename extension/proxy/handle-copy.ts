/**
 * Copies of a listening socket's handle, by which accepting can be stopped without closing the socket: libuv itself has no way to. Node makes such copies only
 * when it passes a handle to another process, so that is done here within one: through a connection to ourselves. The bindings are Node's own old ones
 * (`process.binding`), not promised to stay: where anything of it is not as expected, there are no copies.
 */
export interface Copier {
  /** A handle that `net.Server.listen` takes. Rejects where it cannot be had. */
  copy(handle: object): Promise<object>;
  close(): void;
}

/** Far longer than it takes: under a flood a turn of the event loop takes long. */
const LIMIT_MS = 30_000;

interface PipeHandle {
  readonly fd: number;
  pendingHandle?: object | null;
  onread?: () => void;
  onconnection?: (status: number, handle: PipeHandle) => void;
  bind(name: string): number;
  listen(backlog: number): number;
  open(fd: number): number;
  connect(request: object, name: string): number;
  readStart(): number;
  writeUtf8String(request: object, text: string, handle: object): number;
  unref(): void;
  close(): void;
}

interface Bindings {
  readonly Pipe: new (type: number) => PipeHandle;
  readonly PipeConnectWrap: new () => { oncomplete: (status: number) => void };
  readonly WriteWrap: new () => { oncomplete: (status: number) => void };
  readonly SERVER: number;
  readonly IPC: number;
}

function bindings(): Bindings {
  const { binding } = process as unknown as { binding(name: string): never };
  const { Pipe, PipeConnectWrap, constants } = binding('pipe_wrap') as Bindings & { constants: Bindings };
  const { WriteWrap } = binding('stream_wrap') as Bindings;
  return { Pipe, PipeConnectWrap, WriteWrap, SERVER: constants.SERVER, IPC: constants.IPC };
}

export async function createCopier(): Promise<Copier> {
  const own = bindings();
  const { sending, receiving } = await within(connectToSelf(own));
  let received: ((handle: object) => void) | null = null;
  receiving.onread = () => {
    const handle = receiving.pendingHandle ?? null;
    receiving.pendingHandle = null;
    if (handle !== null) received?.(handle);
  };
  check(receiving.readStart());
  let last: Promise<unknown> = Promise.resolve();
  const copyNow = (handle: object) =>
    new Promise<object>((resolve, reject) => {
      received = resolve;
      const request = new own.WriteWrap();
      request.oncomplete = (status) => {
        if (status !== 0) reject(new Error('a handle was not passed on'));
      };
      check(sending.writeUtf8String(request, '.', handle));
    });
  return {
    copy(handle) {
      const next = last.then(() => within(copyNow(handle)));
      last = next.catch(() => {});
      return next;
    },
    close() {
      receiving.close();
      sending.close();
    },
  };
}

function connectToSelf({
  Pipe,
  PipeConnectWrap,
  SERVER,
  IPC,
}: Bindings): Promise<{ sending: PipeHandle; receiving: PipeHandle }> {
  return new Promise((resolve, reject) => {
    // An abstract name: no file, and nothing is lost if another process of the function's gets in first.
    const name = `\0rolefence-${process.pid}-${Math.random().toString(36).slice(2)}`;
    const door = new Pipe(SERVER);
    const receiving = new Pipe(IPC);
    const sending = new Pipe(IPC);
    door.onconnection = (status, accepted) => {
      door.close();
      // What was accepted cannot pass handles; one that can is laid over it, and the first is never used nor closed.
      if (status === 0 && sending.open(accepted.fd) === 0) resolve({ sending, receiving });
      else reject(new Error('no connection to ourselves'));
    };
    check(door.bind(name));
    check(door.listen(1));
    const request = new PipeConnectWrap();
    request.oncomplete = (status) => {
      if (status !== 0) reject(new Error('no connection to ourselves'));
    };
    check(receiving.connect(request, name));
    for (const handle of [door, receiving, sending]) handle.unref();
  });
}

function check(status: number): void {
  if (status !== 0) throw new Error('a binding is not as expected');
}

function within<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('a binding does not answer')), LIMIT_MS);
    timer.unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
