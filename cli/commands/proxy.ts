import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { parseOptions } from '../options.ts';
import { print } from '../output.ts';
import { openSession } from '../sensor/session.ts';
import { readSettings, SENSOR_HELP, SENSOR_OPTIONS } from '../sensor/settings.ts';
import { ENDING, takeSignals } from '../sensor/signals.ts';

const help = `The sensor alone, for programs that are started elsewhere, until SIGTERM or SIGINT.

Usage: rolefence proxy [options]

When it is ready it prints one line of JSON:
  {"proxy":"http://127.0.0.1:PORT","caFile":"FILE","env":{…}}
env holds all variables that a client needs: proxy, CA files, the preload for Node.js. They extend what this command found in its own environment. Calls
belong to no invocation.

Options (ROLEFENCE_* variables hold too; options win):
${table([...SENSOR_HELP, ['--help', 'this text']])}

Examples:
  rolefence proxy --mode alert --baseline b.json --port 8899 --ca-file ca.pem
  curl --proxy http://127.0.0.1:8899 --cacert ca.pem https://sts.us-east-1.amazonaws.com/
`;

export const proxy: Command = {
  help,
  async run(args) {
    const { values, positionals } = parseOptions('proxy', args, { ...SENSOR_OPTIONS, json: { type: 'boolean' } });
    if (positionals.length > 0)
      throw new UsageError(`proxy takes no argument (${positionals[0]}): rolefence run starts a command`);
    const settings = await readSettings(values, process.env);
    let end: () => void = () => {};
    const asked = new Promise<void>((resolve) => {
      end = resolve;
    });
    const release = takeSignals((signal) => {
      if (ENDING.has(signal)) end();
    });
    try {
      const session = await openSession(settings, null, process.env);
      const { port } = session.sensor;
      const ready = { proxy: `http://127.0.0.1:${port}`, caFile: session.caFile, env: session.variables };
      // Whoever read the line may close the pipe at once; the sensor goes on.
      await print(`${JSON.stringify(ready)}\n`).catch(() => {});
      await asked;
      return (await session.close()) ? 0 : 2;
    } finally {
      release();
    }
  },
};
