import type { RequestHead } from '../../identify/request.ts';
import type { Target } from '../forward/forwarder.ts';
import type { RequestHead1 } from './head.ts';
import { MalformedHead } from './malformed.ts';

/** Where the requests of one client connection go. */
export type Origin =
  | {
      readonly kind: 'fixed';
      readonly target: Target;
      readonly sni: string | null;
      /** host:port of the CONNECT. */
      readonly connect: string | null;
      /** Over the Unix socket, which knows no reset. */
      readonly local?: boolean;
    }
  /** Plain HTTP through the proxy: each request names its own target. */
  | { readonly kind: 'absolute' };

const ABSOLUTE = /^http:\/\/([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?([/?].*)?$/i;

/** Where one request goes, and the path that takes the place of an absolute target. Throws MalformedHead. */
export function routeOf(origin: Origin, head: RequestHead1): { target: Target; path: string | null } {
  if (origin.kind === 'fixed') {
    // An absolute target would win over Host at the server (RFC 9112 §3.2.2).
    if (!head.target.startsWith('/') && !(head.target === '*' && head.method === 'OPTIONS')) {
      throw new MalformedHead('a target that is no path');
    }
    return { target: origin.target, path: null };
  }
  const found = ABSOLUTE.exec(head.target);
  if (found === null) throw new MalformedHead('a target that is neither CONNECT nor http://');
  const host = (found[1] ?? '').toLowerCase();
  const port = Number(found[2] ?? 80);
  const named = head.fields.host?.toLowerCase().replace(/:80$/, '');
  if (named !== undefined && named !== (port === 80 ? host : `${host}:${port}`)) {
    throw new MalformedHead('a Host that is not that of the target');
  }
  const rest = found[3] ?? '/';
  return {
    target: { scheme: 'http', host: host.replace(/^\[|\]$/g, ''), port, serverName: null },
    path: rest.startsWith('?') ? `/${rest}` : rest,
  };
}

/** What the inspector gets to see of a request, and of the connection that it came on. */
export function inspectedHead(origin: Origin, head: RequestHead1, target: Target): RequestHead {
  const fixed = origin.kind === 'fixed' ? origin : null;
  return {
    method: head.method,
    target: head.target,
    headers: head.headers,
    scheme: target.scheme,
    authority: null,
    sni: fixed?.sni ?? null,
    connect: fixed?.connect ?? null,
  };
}
