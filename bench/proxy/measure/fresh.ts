import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BareClient } from '../client/bare.ts';
import { open } from '../client/connection.ts';
import { getItem } from '../client/requests.ts';
import type { Contestant, Running } from '../contestants/contestant.ts';
import { freePort } from '../ports.ts';
import { memoryMiB } from '../processes.ts';
import type { Upstream } from '../upstream/start.ts';

export interface Fresh {
  /** Milliseconds from starting the process to being ready. */
  readonly readyMs: number;
  /** Of a fresh environment, from opening TCP to the end of the answer. */
  readonly firstCallMs: number;
  /** MiB; null for the direct way. */
  readonly idleMiB: number | null;
  readonly after200MiB: number | null;
}

/** One fresh process: its start, the first call that it ever sees, what it then holds. */
export async function fresh(contestant: Contestant, upstream: Upstream, settleMs: number): Promise<Fresh> {
  const folder = mkdtempSync(join(tmpdir(), 'rolefence-bench-'));
  chmodSync(folder, 0o755);
  let running: Running | null = null;
  try {
    const from = performance.now();
    running = await contestant.start({ upstream, folder, port: await freePort() });
    const readyMs = running.readyMs ?? performance.now() - from;
    // What a runtime and a function take to load, much shortened: time in which the sensor may get ready for the first call.
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    const memory = () => (running?.pid == null ? null : memoryMiB(running.pid).now);
    const idleMiB = memory();
    const route = running.route('near', 'dynamodb');
    const request = getItem(route);
    const begun = performance.now();
    const client = new BareClient(await open(route, running.caPem));
    await client.exchange(request);
    const firstCallMs = performance.now() - begun;
    for (let n = 1; n < 200; n++) await client.exchange(request);
    const after200MiB = memory();
    client.close();
    return { readyMs, firstCallMs, idleMiB, after200MiB };
  } finally {
    await running?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
