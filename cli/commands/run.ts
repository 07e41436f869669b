import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Command } from '../command.ts';
import { fileProblem, UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { parseOptions } from '../options.ts';
import { openSession, type Session } from '../sensor/session.ts';
import { readSettings, SENSOR_HELP, SENSOR_OPTIONS } from '../sensor/settings.ts';
import { ENDING, exitCodeOf, takeSignals } from '../sensor/signals.ts';

const help = `Runs a command with its AWS calls, and those of the programs that it starts, under the sensor.

Usage: rolefence run [options] -- COMMAND [ARGUMENT…]

The command gets its own standard input and output untouched; what the sensor has to say goes to standard error. Node.js programs are led through the sensor by
a preload, all others by the usual proxy and CA variables, which extend what is set already. Its run is one invocation of version $LATEST.

Options (ROLEFENCE_* variables hold too; options win):
${table([...SENSOR_HELP, ['--help', 'this text']])}

Exit code: the command's own; 128 + n where signal n ended it; 2 where it never started.

Examples:
  rolefence run --mode learn --learn-to b.json -- aws s3 ls
  rolefence run --mode alert --baseline b.json --findings findings.jsonl -- node app.mjs
  rolefence run --mode block --baseline b.json -- python3 handler.py
`;

export const run: Command = {
  help,
  async run(args) {
    const at = args.indexOf('--');
    const { values, positionals } = parseOptions('run', at < 0 ? args : args.slice(0, at), SENSOR_OPTIONS);
    const [command, ...rest] = at < 0 ? [] : args.slice(at + 1);
    if (positionals.length > 0) {
      throw new UsageError(`the command stands after --: rolefence run [options] -- ${positionals[0]} …`);
    }
    if (command === undefined || command === '') {
      throw new UsageError('a command is missing: rolefence run [options] -- COMMAND…');
    }
    const settings = await readSettings(values, process.env);

    let pending: NodeJS.Signals | null = null;
    let child: ReturnType<typeof spawn> | null = null;
    let session: Session | null = null;
    const release = takeSignals((signal) => {
      if (child === null) pending = ENDING.has(signal) ? signal : pending;
      else if (!(FROM_KEYBOARD.has(signal) && onTerminal())) child.kill(signal);
      // Whoever sent it may not wait for the end.
      if (ENDING.has(signal)) session?.save().catch(() => {});
    });
    try {
      session = await openSession(settings, randomUUID(), process.env);
      if (pending !== null) {
        await session.abandon();
        return exitCodeOf(pending);
      }
      child = spawn(command, rest, { stdio: 'inherit', env: { ...process.env, ...session.variables } });
      const code = await ended(child, command).catch(async (error: unknown) => {
        await session?.abandon();
        throw error;
      });
      const whole = await session.close();
      return code === 0 && !whole ? 2 : code;
    } finally {
      release();
    }
  },
};

/** The terminal sends these to the command itself; sent twice, many programs take them for "at once". */
const FROM_KEYBOARD: ReadonlySet<NodeJS.Signals> = new Set(['SIGINT', 'SIGQUIT']);

const onTerminal = (): boolean => [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);

function ended(child: ReturnType<typeof spawn>, command: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      // The only errors before `exit`: it could not be started.
      if (child.pid !== undefined) return;
      const code = (cause as NodeJS.ErrnoException).code;
      const why = code === 'ENOENT' ? 'there is no such program' : fileProblem(cause);
      reject(new UsageError(`${command} cannot be started (${why})`, { cause }));
    });
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : exitCodeOf(signal))));
  });
}
