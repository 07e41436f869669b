import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Finding } from '../../baseline/finding.ts';
import type { Identity } from '../identity.ts';
import { environmentFinding } from '../sensor-finding.ts';
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
  /** What is new since the last look. Reads two files where nothing is there, and nothing at all where it would be too soon. Never rejects. */
  look(): Promise<readonly Bypass[]>;
}

export interface BypassOptions {
  /** `/proc`. */
  readonly proc: string;
  /** The sensor's own process. */
  readonly pid: number;
  /** Milliseconds that never go back. */
  readonly now: () => number;
}

const HTTPS = 443;
/** Of one environment: what comes beyond is the same story. */
const MOST = 64;
/** Other extensions are no part of the function. */
const EXTENSIONS = '/opt/extensions/';
const GENERATIONS = 32;
/**
 * One look may take the kernel milliseconds, however few connections there are: it walks a table sized by the machine's memory (5 ms with 24 GiB). So it is done
 * beside the event loop, and at most this share of the time goes into it.
 */
const SHARE = 1 / 200;

/**
 * Looks at the connections of the environment (/proc/net/tcp) for those to port 443 that are not the sensor's own. What the variables or a preload lead to the
 * sensor ends on loopback; what does not is seen here if it stands at the moment of looking, which keep-alive makes likely.
 */
export function createBypassWatch({ proc, pid: own, now }: BypassOptions): BypassWatch {
  const told = new Set<string>();
  let started: number | null = null;
  let notBefore = Number.NEGATIVE_INFINITY;

  async function look(): Promise<readonly Bypass[]> {
    const begun = now();
    if (begun < notBefore) return [];
    notBefore = Number.POSITIVE_INFINITY;
    const found = await search();
    const ended = now();
    notBefore = ended + (ended - begun) / SHARE;
    return found;
  }

  async function search(): Promise<Bypass[]> {
    const tables = await Promise.all(['net/tcp', 'net/tcp6'].map((table) => read(`${proc}/${table}`)));
    const outside = tables
      .flatMap(readTcpTable)
      .filter(({ remoteAddress, remotePort }) => remotePort === HTTPS && !isNearby(remoteAddress));
    if (outside.length === 0) return [];
    const ours = await socketsOf(own);
    const foreign = new Map(outside.filter(({ inode }) => !ours.has(inode)).map((row) => [row.inode, row]));
    if (foreign.size === 0) return [];
    const found: Bypass[] = [];
    const pids = (await list(proc)).filter((name) => /^\d+$/.test(name)).map(Number);
    for (const pid of pids) {
      if (pid === own) continue;
      for (const inode of await socketsOf(pid)) {
        const row = foreign.get(inode);
        if (row === undefined || !(await isOfTheFunction(pid))) continue;
        const process = (await read(`${proc}/${pid}/comm`)).trim() || 'a process';
        const remote = `${row.remoteAddress.includes(':') ? `[${row.remoteAddress}]` : row.remoteAddress}:${HTTPS}`;
        const key = `${process} ${remote}`;
        if (told.has(key) || told.size >= MOST) continue;
        told.add(key);
        found.push({ process, pid, remote });
      }
    }
    return found;
  }

  async function socketsOf(pid: number): Promise<Set<string>> {
    const folder = `${proc}/${pid}/fd`;
    const targets = await Promise.all((await list(folder)).map((fd) => link(`${folder}/${fd}`)));
    return new Set(targets.flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? []));
  }

  /** Neither its own program, nor one of those above it, lies under /opt/extensions; and it comes of who started this environment. */
  async function isOfTheFunction(pid: number): Promise<boolean> {
    const all = await starter();
    let isOurs = all <= 1;
    let at = pid;
    for (let generation = 0; generation < GENERATIONS && at > 1; generation++) {
      const command = (await read(`${proc}/${at}/cmdline`)).split('\0');
      if (command.slice(0, 2).some((word) => word.startsWith(EXTENSIONS))) return false;
      if (at === all) isOurs = true;
      at = await parentOf(at);
    }
    return isOurs;
  }

  /** Of the shell of this extension, and of the runtime. In Lambda it is the first process of all; elsewhere others share the machine. */
  const starter = async (): Promise<number> => (started ??= await parentOf(await parentOf(own)));
  const parentOf = async (pid: number): Promise<number> =>
    pid <= 1 ? 0 : Number(/^PPid:\s*(\d+)/m.exec(await read(`${proc}/${pid}/status`))?.[1] ?? 0);

  return { look };
}

/** As a finding: whoever is seen going around the sensor, calls of its are not seen. */
export function bypassFinding({ process, remote }: Bypass, identity: Identity, time: string): Finding {
  return pastTheSensor(identity, time, {
    key: `bypass: ${process}`,
    severity: 'high',
    resource: remote,
    reason: `the process ${process} is connected to ${remote} past the sensor: what it does there is not seen`,
  });
}

/** As a finding: the layer is there, and the function does not go through it. */
export function canaryFinding(identity: Identity, time: string): Finding {
  return pastTheSensor({ ...identity, invocation: null }, time, {
    key: 'bypass: no preload',
    severity: 'medium',
    resource: null,
    reason:
      'the function’s runtime runs without the sensor’s preload, so its calls are not seen: AWS_LAMBDA_EXEC_WRAPPER is not /opt/rolefence/wrapper, or something drops NODE_OPTIONS',
  });
}

const pastTheSensor = (
  identity: Identity,
  time: string,
  about: Pick<Finding, 'key' | 'severity' | 'resource' | 'reason'>,
): Finding =>
  environmentFinding(
    identity,
    { detector: 'bypass', score: 0.9, blocked: false, techniques: ['T1562.001'], ...about },
    time,
  );

/** A process may end while it is looked at; what is gone or closed to us is as if it were not there. */
const read = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');
const list = (path: string): Promise<string[]> => readdir(path).catch(() => []);
const link = (path: string): Promise<string> => readlink(path).catch(() => '');
