import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** From /proc (Linux): a process and what it listens on. */
export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** All processes that share the mount namespace of `pid`: what an emulator has started, wherever it hangs in the tree. Never those of this process's own. */
export function inNamespace(pid: number): Process[] {
  const namespace = linkOf(pid);
  if (namespace === null || namespace === linkOf(process.pid)) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      if (linkOf(Number(name)) !== namespace) return [];
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        return [{ pid: Number(name), command }];
      } catch {
        return [];
      }
    });
}

function linkOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`);
  } catch {
    return null;
  }
}

/** A listening socket as /proc/net/tcp has it: the address in hexadecimal, network order turned round by the machine's. */
export function listeners(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'latin1')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      // 0A is LISTEN.
      .flatMap(([, local, , state, , , , , , inode]) =>
        state === '0A' && inodes.has(inode ?? '') ? [local ?? ''] : [],
      ),
  );
}
