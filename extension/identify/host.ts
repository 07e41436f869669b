import { doubt } from './doubt.ts';
import type { Fields } from './fields.ts';
import type { RequestHead } from './request.ts';

export interface Target {
  /** Host that the request is for, lower case, without the scheme's own port. */
  readonly host: string;
  readonly hostname: string;
  /** As on the request line, percent-encoding untouched. */
  readonly path: string;
  readonly query: string;
}

/**
 * Where a request goes: Host, :authority, an absolute-form target, the TLS server name and the CONNECT before it must all say the same
 * (RFC 9112 §3.2.2, RFC 9113 §8.3.1); where they differ, which of them the next server believes is anybody's guess.
 */
export function readTarget(head: RequestHead, fields: Fields): Target {
  let { target } = head;
  const names: string[] = [];
  if (head.authority !== null) names.push(normal(head.authority, head.scheme));
  if (fields.host !== null) names.push(normal(fields.host, head.scheme));
  if (!target.startsWith('/')) {
    const absolute = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(target);
    if (absolute === null) doubt('a request-target that is neither a path nor a URL');
    if (absolute[1]!.toLowerCase() !== head.scheme) doubt('a request-target with another scheme than the connection');
    names.push(normal(absolute[2]!, head.scheme));
    target = absolute[3] === '' || absolute[3]!.startsWith('?') ? `/${absolute[3]}` : absolute[3]!;
  }
  const host = names[0];
  if (host === undefined) doubt('no host');
  if (names.some((name) => name !== host)) doubt('two hosts that differ');
  const hostname = withoutPort(host);
  if (head.sni !== null && head.sni !== '' && withoutDot(head.sni.toLowerCase()) !== hostname) {
    doubt('a host that is not the name in the TLS handshake');
  }
  if (head.connect !== null && withoutPort(normal(head.connect, 'https')) !== hostname) {
    doubt('a host that is not the one of the CONNECT');
  }
  if (target.includes('#')) doubt('a fragment in the request-target');
  if (BLANK.test(target)) doubt('white space or controls in the request-target');
  return { host, hostname, ...divided(target) };
}

/** Path and query of a request-target that says nothing of its host; null where it is of another form, or has what `readTarget` doubts. */
export const readPath = (target: string): Pick<Target, 'path' | 'query'> | null =>
  target.startsWith('/') && !target.includes('#') && !BLANK.test(target) ? divided(target) : null;

const BLANK = /[\x00-\x20\x7f]/;

function divided(target: string): Pick<Target, 'path' | 'query'> {
  const question = target.indexOf('?');
  return question < 0
    ? { path: target, query: '' }
    : { path: target.slice(0, question), query: target.slice(question + 1) };
}

const withoutPort = (host: string): string => (host.includes(':') ? host.replace(/:\d+$/, '') : host);

const withoutDot = (name: string): string => (name.endsWith('.') ? name.slice(0, -1) : name);

/** Hosts repeat from call to call. */
const kept = { http: new Map<string, string>(), https: new Map<string, string>() };

function normal(authority: string, scheme: 'http' | 'https'): string {
  const known = kept[scheme];
  let name = known.get(authority);
  if (name === undefined) {
    name = normalized(authority, scheme);
    if (known.size >= 256) known.clear();
    known.set(authority, name);
  }
  return name;
}

function normalized(authority: string, scheme: 'http' | 'https'): string {
  const text = authority.trim().toLowerCase();
  const match = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/.exec(text);
  if (match === null) doubt('a host of an unusual form');
  const name = withoutDot(match[1]!);
  const port = match[2];
  return port === undefined || Number(port) === (scheme === 'https' ? 443 : 80) ? name : `${name}:${Number(port)}`;
}
