import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { sentenceOf, UsageError } from './errors.ts';
import { overview } from './help.ts';
import { print, ReaderGone, say } from './output.ts';

/** The operator's tool. Exit codes: 0 done and nothing found, 1 findings, 2 usage or bad input; `run` returns the child's. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError(`a command is missing: ${list()} (rolefence --help)`);
  if (name === '--help' || name === '-h' || name === 'help') {
    const asked = name === 'help' ? rest[0] : undefined;
    await printHelp(asked === undefined ? overview(commands) : await helpOf(await load(asked), rest.slice(1)));
    return 0;
  }
  if (name === '--version' || name === '-V') {
    const { default: manifest } = await import('../package.json', { with: { type: 'json' } });
    await print(`rolefence ${manifest.version}\n`);
    return 0;
  }
  if (name.startsWith('-')) throw new UsageError(`${name} is not an option here: a command comes first (${list()})`);
  const command = await load(name);
  const own = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (own.includes('--help') || own.includes('-h')) {
    await printHelp(await helpOf(command, own));
    return 0;
  }
  return command.run(rest);
}

async function load(name: string): Promise<Command> {
  const entry = commands.find((command) => command.name === name);
  if (entry !== undefined) return entry.load();
  const { nearest } = await import('../extension/nearest.ts');
  const near = nearest(
    name,
    commands.map((command) => command.name),
  );
  const hint = near === null ? list() : `did you mean ${near}?`;
  throw new UsageError(`there is no command ${JSON.stringify(name.slice(0, 40))}: ${hint}`);
}

async function printHelp(text: string): Promise<void> {
  const { columns } = process.stdout;
  if (!columns) return print(text);
  const { fitted } = await import('./layout.ts');
  return print(fitted(text, Math.max(40, columns)));
}

const helpOf = async (command: Command, args: readonly string[]): Promise<string> =>
  (await command.helpFor?.(args)) ?? command.help;

const list = (): string => commands.map(({ name }) => name).join(', ');

/** As results are headed: ` baseline publish`. */
async function calledIn([name, part = '']: readonly string[]): Promise<string> {
  const entry = commands.find((one) => one.name === name);
  if (entry === undefined) return '';
  const { parts = [] } = await entry.load().catch(() => ({ parts: [] }));
  return parts.includes(part) ? ` ${entry.name} ${part}` : ` ${entry.name}`;
}

/** Runs the tool to its end and says how it ended. */
export async function runTool(args: readonly string[]): Promise<void> {
  try {
    process.exitCode = await main(args);
  } catch (error) {
    if (error instanceof ReaderGone) {
      process.exitCode = error.exitCode;
      return;
    }
    say(`rolefence${await calledIn(args)}: ${sentenceOf(error)}`);
    process.exitCode = 2;
  }
}
