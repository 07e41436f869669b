import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { RESPOND_HELP, respondHelp } from '../respond/help.ts';

const PARTS: Readonly<Record<string, () => Promise<Command>>> = {
  revoke: async () => (await import('../respond/act-command.ts')).actCommand('revoke'),
  isolate: async () => (await import('../respond/act-command.ts')).actCommand('isolate'),
  restore: async () => (await import('../respond/restore-command.ts')).restoreCommand,
  timeline: async () => (await import('../respond/timeline-command.ts')).timelineCommand,
};

export const respond: Command = {
  help: respondHelp,
  helpFor: ([name]) => RESPOND_HELP[name ?? ''] ?? respondHelp,
  async run([name, ...rest]) {
    const names = Object.keys(PARTS).join(', ');
    if (name === undefined) throw new UsageError(`one of ${names} is missing (rolefence respond --help)`);
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (part === undefined)
      throw new UsageError(`respond has no command ${JSON.stringify(name.slice(0, 24))}: ${names}`);
    return (await part()).run(rest);
  },
};
