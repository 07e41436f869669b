import { install, recentFailure } from './install.ts';
import { locked } from './locked.ts';
import { missingPackages, type Tool } from './tool.ts';
import { TOOLS, type ToolName } from './tools.ts';

/**
 * `node test/toolchain/main.ts [NAME…]`: sets up what the tests need beside npm's packages, all of it where nothing is named, and prints each folder. `--list`
 * prints the names, `--packages` the Debian packages that some of them want and that are not installed.
 * `--locked` is for `locked.ts`: the caller holds the lock, and what failed a short while ago is not tried again with `--once`.
 */
const words = process.argv.slice(2);
const has = (flag: string) => words.includes(flag);
const named = words.filter((word) => !word.startsWith('--'));
const names = named.length === 0 ? Object.keys(TOOLS) : named;
if (has('--list')) process.stdout.write(`${names.join('\n')}\n`);
if (has('--packages')) {
  const wanted = Object.values(TOOLS).flatMap((tool: Tool) => tool.packages ?? []);
  process.stdout.write(`${missingPackages(wanted).join('\n')}\n`);
}
for (const name of (has('--list') || has('--packages') ? [] : names) as ToolName[]) {
  const tool = TOOLS[name];
  if (tool === undefined) {
    process.stderr.write(`toolchain: there is no ${name}: ${Object.keys(TOOLS).join(', ')}\n`);
    process.exitCode = 2;
    break;
  }
  if (!has('--locked')) {
    process.exitCode ||= locked(name, 'inherit');
    continue;
  }
  try {
    const failed = has('--once') ? recentFailure(tool) : null;
    if (failed !== null) throw new Error(failed);
    process.stdout.write(`${name} ${install(tool, (line) => process.stderr.write(`toolchain: ${line}\n`))}\n`);
  } catch (error) {
    process.stderr.write(`toolchain: ${(error as Error).message.replace(/\s*\n\s*/g, ' ')}\n`);
    process.exitCode = 1;
  }
}
