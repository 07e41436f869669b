#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Compiled code is kept in the user's own cache: half of a short command's time. Never in /tmp, where others could put theirs. Node 20 has none of it.
try {
  const home = process.env.XDG_CACHE_HOME || homedir();
  const folder = process.env.XDG_CACHE_HOME ? home : join(home, '.cache');
  if (existsSync(home)) module.enableCompileCache?.(join(folder, 'rolefence', 'compiled'));
} catch {
  // Without a home it is compiled each time.
}
const { runTool } = await import('./tool.ts');
await runTool(process.argv.slice(2));
// What a command leaves open (standard input that nobody closes, a client's idle connection) must not keep the tool alive.
process.exit();
