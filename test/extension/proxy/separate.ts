import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
