/** Sends connections for one host and port to another address, as curl's option of the same name does. */
export interface ConnectTo {
  /** Lower case; `*` for all; `*.suffix` for all names below a suffix. */
  readonly fromHost: string;
  /** Null for every port. */
  readonly fromPort: number | null;
  readonly toHost: string;
  readonly toPort: number;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

const FORM = 'expected HOST:PORT=HOST:PORT (left side may be * or *.suffix, its port *)';

/** Reads `HOST:PORT=HOST:PORT`. Throws an Error with one sentence that quotes the text and says what was expected. */
export function parseConnectTo(text: string): ConnectTo {
  const [left, right, ...more] = text.split('=');
  const from = left === undefined ? null : split(left);
  const to = right === undefined ? null : split(right);
  if (from === null || to === null || more.length > 0) throw new Error(`"${text}" is not understood: ${FORM}`);
  const toPort = portOf(to.port);
  const fromPort = from.port === '*' ? null : portOf(from.port);
  if (toPort === null || (fromPort === null && from.port !== '*')) {
    throw new Error(`"${text}" has a port that is none: ${FORM}`);
  }
  const fromHost = from.host.toLowerCase();
  if (/[*]/.test(fromHost.replace(/^\*(?=$|\.[^*])/, '')) || to.host.includes('*')) {
    throw new Error(`"${text}" has a * where none may stand: ${FORM}`);
  }
  return { fromHost, fromPort, toHost: to.host, toPort };
}

/** The first entry that matches decides; without one the address stays what it is. `host` is lower case. */
export function addressFor(entries: readonly ConnectTo[], host: string, port: number): Address {
  for (const entry of entries) {
    if (entry.fromPort !== null && entry.fromPort !== port) continue;
    if (matches(entry.fromHost, host)) return { host: entry.toHost, port: entry.toPort };
  }
  return { host, port };
}

function matches(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*.') && host.length > pattern.length - 1 && host.endsWith(pattern.slice(1));
}

function split(text: string): { host: string; port: string } | null {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:\s[\]]+)):([^:\s]+)$/.exec(text.trim());
  if (found === null) return null;
  return { host: found[1] ?? found[2] ?? '', port: found[3] ?? '' };
}

function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
