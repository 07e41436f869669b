import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { folderOf, isReady, obstacle, type Run, type Tool } from './tool.ts';

/** After a failure nobody tries again for this long: each of several test files would wait for the network anew. */
const REMEMBER_MS = 10 * 60_000;
const STEP_MS = 20 * 60_000;

/** Makes sure that a tool is in its folder. To be run by one process at a time. Throws with one sentence. */
export function install(tool: Tool, say: (line: string) => void): string {
  const folder = folderOf(tool);
  if (isReady(folder)) return folder;
  const why = obstacle(tool);
  if (why !== null) throw new Error(why);
  say(`${tool.name}: ${tool.what} …`);
  const started = performance.now();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    tool.install(folder, run);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    const sentence = `${tool.name} cannot be set up: ${(error as Error).message}`;
    writeFileSync(`${folder}.failed`, JSON.stringify({ time: Date.now(), sentence }));
    throw new Error(sentence, { cause: error });
  }
  rmSync(`${folder}.failed`, { force: true });
  writeFileSync(`${folder}/.ready`, '');
  say(`${tool.name}: ready after ${Math.round((performance.now() - started) / 1000)} s`);
  return folder;
}

/** What went wrong a short while ago. */
export function recentFailure(tool: Tool): string | null {
  try {
    const { time, sentence } = JSON.parse(readFileSync(`${folderOf(tool)}.failed`, 'utf8'));
    return Date.now() - time < REMEMBER_MS ? String(sentence) : null;
  } catch {
    return null;
  }
}

/** npm tells its children about the package that it runs a script of; an npm below it must not take that for its own. */
const OF_THE_SCRIPT = /^(npm_package_|npm_lifecycle_|npm_config_local_prefix$|npm_command$|INIT_CWD$|NODE_OPTIONS$)/;

const run: Run = (program, args, options = {}) => {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OF_THE_SCRIPT.test(name)));
  const { status, signal, error, stdout, stderr } = spawnSync(program, [...args], {
    cwd: options.cwd,
    env: { ...inherited, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: STEP_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  const said = `${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-8).join(' | ');
  const how = error?.message ?? (signal === null ? `exit ${status}` : `${signal}`);
  throw new Error(`${program} ${args.slice(0, 4).join(' ')} (${how}): ${said.slice(-1_500)}`);
};
