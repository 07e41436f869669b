import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Finding } from '../../baseline/finding.ts';
import type { Identity } from '../identity.ts';
import { isNearby, readTcpTable } from './tcp-table.ts';

/** A process of this environment that speaks TLS to somewhere without the sensor. */
export interface Bypass {
  /** Its program, without path and arguments. */
  readonly process: string;
  readonly pid: number;
  /** Address and port. */
  readonly remote: string;
}

export interface BypassWatch {
  /** What is new since the last look. Cheap where nothing is there: two files are read. Never throws. */
  look(): readonly Bypass[];
}

export interface BypassOptions {
  /** `/proc`. */
  readonly proc: string;
  /** The sensor's own process. */
  readonly pid: number;
}

const HTTPS = 443;
/** Of one environment: what comes beyond is the same story. */
const MOST = 64;
/** Other extensions are no part of the function. */
const EXTENSIONS = '/opt/extensions/';
const GENERATIONS = 8;

/**
 * Looks at the connections of the environment (/proc/net/tcp) for those to port 443 that are not the sensor's own. What the variables or a preload lead to the
 * sensor ends on loopback; what does not is seen here if it stands at the moment of looking, which keep-alive makes likely.
 */
export function createBypassWatch({ proc, pid: own }: BypassOptions): BypassWatch {
  const told = new Set<string>();

  function look(): Bypass[] {
    const outside = ['net/tcp', 'net/tcp6']
      .flatMap((table) => readTcpTable(read(`${proc}/${table}`)))
      .filter(({ remoteAddress, remotePort }) => remotePort === HTTPS && !isNearby(remoteAddress));
    if (outside.length === 0) return [];
    const ours = socketsOf(own);
    const foreign = new Map(outside.filter(({ inode }) => !ours.has(inode)).map((row) => [row.inode, row]));
    if (foreign.size === 0) return [];
    const found: Bypass[] = [];
    for (const pid of list(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)) {
      if (pid === own) continue;
      for (const inode of socketsOf(pid)) {
        const row = foreign.get(inode);
        if (row === undefined || isExtension(pid)) continue;
        const process = read(`${proc}/${pid}/comm`).trim() || 'a process';
        const remote = `${row.remoteAddress.includes(':') ? `[${row.remoteAddress}]` : row.remoteAddress}:${HTTPS}`;
        const key = `${process} ${remote}`;
        if (told.has(key) || told.size >= MOST) continue;
        told.add(key);
        found.push({ process, pid, remote });
      }
    }
    return found;
  }

  const socketsOf = (pid: number): Set<string> =>
    new Set(
      list(`${proc}/${pid}/fd`).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(link(`${proc}/${pid}/fd/${fd}`))?.[1] ?? []),
    );

  /** Its own program, or one of those above it, lies under /opt/extensions. */
  function isExtension(pid: number): boolean {
    let at = pid;
    for (let generation = 0; generation < GENERATIONS && at > 1; generation++) {
      const command = read(`${proc}/${at}/cmdline`).split('\0');
      if (command.slice(0, 2).some((word) => word.startsWith(EXTENSIONS))) return true;
      at = Number(/^PPid:\s*(\d+)/m.exec(read(`${proc}/${at}/status`))?.[1] ?? 0);
    }
    return false;
  }

  return { look };
}

/** As a finding: whoever is seen going around the sensor, calls of its are not seen. */
export function bypassFinding({ process, remote }: Bypass, identity: Identity, time: string): Finding {
  return {
    time,
    function: identity.function,
    version: identity.version,
    environment: identity.environment,
    invocation: identity.invocation,
    callId: null,
    scope: 'function',
    detector: 'bypass',
    key: `bypass: ${process}`,
    severity: 'high',
    score: 0.9,
    blocked: false,
    action: null,
    resource: remote,
    reason: `the process ${process} is connected to ${remote} past the sensor: what it does there is not seen`,
    techniques: ['T1562.001'],
  };
}

/** A process may end while it is looked at; what is gone or closed to us is as if it were not there. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
