import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Child, line, start } from '../processes.ts';

export interface Upstream {
  readonly child: Child;
  /** Answers at once, on 127.0.0.1. */
  readonly near: number;
  /** Answers after 5 ms. */
  readonly far: number;
  readonly caFile: string;
  readonly caPem: string;
}

export async function startUpstream(folder: string): Promise<Upstream> {
  const caFile = join(folder, 'upstream-ca.pem');
  const child = start(process.execPath, ['--no-warnings', join(import.meta.dirname, 'server.ts'), caFile]);
  const ports = JSON.parse(await line(child, (text) => text.startsWith('{'))) as { near: number; far: number };
  return { child, ...ports, caFile, caPem: readFileSync(caFile, 'utf8') };
}
