import type { CommandEntry } from './command.ts';

export function overview(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ usage }) => usage.length)) + 2;
  const lines = commands.map(({ usage, summary }) => `  ${usage.padEnd(width)}${summary}`);
  return `Rolefence knows what a Lambda function normally does in AWS, and tells you, or refuses the call, when it does
something else. This tool works on a laptop, without Lambda.

Usage: rolefence COMMAND [options]

Commands:
${lines.join('\n')}

  rolefence COMMAND --help        options and examples of a command
  rolefence --version

Files: "-" is standard input. Compressed files (.gz) are read as they are.
Exit codes: 0 done, nothing found; 1 findings; 2 usage or bad input (run: the exit code of its command).

Try it:
  rolefence run --mode learn --learn-to b.json -- aws s3 ls
  rolefence baseline show b.json
  rolefence run --mode block --baseline b.json -- aws dynamodb scan --table-name customers
`;
}

/** Name and meaning in two columns; a meaning may have several lines. */
export function table(rows: readonly (readonly [name: string, meaning: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows
    .map(([name, meaning]) => `  ${name.padEnd(width)}${meaning.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}`)
    .join('\n');
}
