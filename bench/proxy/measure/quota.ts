import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const GROUP = `rolefence-bench-${process.pid}`;
const PERIOD_US = 100_000;

/**
 * Holds processes that are started from now on to a seventh of a core (what Lambda gives at 256 MB), by a cgroup that this process enters; version 1 or 2. Returns what
 * leaves it again; null where we may not make one.
 */
export function seventhOfACore(): (() => void) | null {
  for (const [base, set] of [
    ['/sys/fs/cgroup/cpu', one],
    ['/sys/fs/cgroup', two],
  ] as const) {
    const group = `${base}/${GROUP}`;
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      set(group);
      writeFileSync(`${group}/cgroup.procs`, `${process.pid}`);
      return () => {
        writeFileSync(`${base}/cgroup.procs`, `${process.pid}`);
        setTimeout(() => remove(group), 500).unref();
      };
    } catch {
      remove(group);
    }
  }
  return null;
}

function one(group: string): void {
  writeFileSync(`${group}/cpu.cfs_period_us`, `${PERIOD_US}`);
  writeFileSync(`${group}/cpu.cfs_quota_us`, `${Math.round(PERIOD_US / 7)}`);
}

function two(group: string): void {
  readFileSync('/sys/fs/cgroup/cgroup.controllers');
  writeFileSync(`${group}/cpu.max`, `${Math.round(PERIOD_US / 7)} ${PERIOD_US}`);
}

function remove(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Still in use: the system's owner may remove it.
  }
}
