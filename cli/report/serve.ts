import { statSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../errors.ts';

export interface LiveReport {
  readonly url: string;
  close(): Promise<void>;
}

/** Shows `render` on loopback; `state` changes when there is something new to render. Nobody but a browser on this machine gets an answer. */
export async function serve(
  port: number,
  state: () => string,
  render: (state: string) => Promise<string>,
): Promise<LiveReport> {
  let shown: { state: string; html: string } | null = null;
  const server: Server = createServer(async (request, response) => {
    const { port: own } = server.address() as AddressInfo;
    // A page elsewhere may point a name of its own at 127.0.0.1: only our own names are answered
    if (![`127.0.0.1:${own}`, `localhost:${own}`].includes(request.headers.host ?? ''))
      return answer(response, 421, 'text/plain', 'this is not the host that was asked for\n');
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, 'text/plain', 'GET only\n');
    const now = state();
    if (request.url === '/state') return answer(response, 200, 'text/plain', now);
    if (request.url !== '/') return answer(response, 404, 'text/plain', 'there is only /\n');
    try {
      if (shown?.state !== now) shown = { state: now, html: await render(now) };
      answer(response, 200, 'text/html; charset=utf-8', shown.html);
    } catch (error) {
      // A file in the middle of being written: what was shown before still holds
      if (shown !== null) answer(response, 200, 'text/html; charset=utf-8', shown.html);
      else
        answer(
          response,
          503,
          'text/plain; charset=utf-8',
          `${error instanceof Error ? error.message : 'the report cannot be made'}\n`,
        );
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new UsageError(`--serve: port ${port} cannot be used (${cause.code})`, { cause })),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-resource-policy': 'same-origin',
  });
  response.end(body);
}

/** Size and time of every file: changes when one of them does. */
export const stateOf = (files: readonly string[]): string =>
  files
    .map((file) => {
      try {
        const { size, mtimeMs } = statSync(file);
        return `${size}.${Math.round(mtimeMs)}`;
      } catch {
        return '-';
      }
    })
    .join('/');
