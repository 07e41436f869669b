import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { later, upstreamAuthority } from './harness.ts';

/** The proxy in a process of its own, which can be stopped and be short of descriptors. */
export async function separate(
  upstreamPort: number,
  descriptors?: number,
): Promise<{ port: number; ca: string; process: ChildProcess }> {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-test-'));
  const ca = join(folder, 'upstream.pem');
  writeFileSync(ca, upstreamAuthority.certificatePem);
  const program = resolve('bench/proxy/contestants/proxy-only.ts');
  const args = ['--no-warnings', program, '0', '--connect-to', `*:*=127.0.0.1:${upstreamPort}`, '--upstream-ca', ca];
  // Node takes as many as it may: the hard limit is what counts.
  const limited = descriptors === undefined ? 'exec "$@"' : `ulimit -n ${descriptors}; exec "$@"`;
  const child = spawn('/bin/sh', ['-c', limited, 'sh', process.execPath, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  later(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  const line = await new Promise<string>((found) => createInterface({ input: child.stdout }).once('line', found));
  const { proxy } = JSON.parse(line) as { proxy: string };
  return { port: Number(new URL(proxy).port), ca: readFileSync(join(folder, 'ca.pem'), 'utf8'), process: child };
}

/** Resolves when the process holds a copy of its listening socket: before that, in the first moments of its life, what is too much is dropped. */
export async function canPause(pid: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const links = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`) ?? []);
    if (links.some((link, at) => link.startsWith('socket:') && links.indexOf(link) !== at)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no copy of the listening socket was made');
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
