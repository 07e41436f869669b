import { own } from '../../baseline/own.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { noSuchCommand } from '../options.ts';
import { RESPOND_HELP, respondHelp } from '../respond/help.ts';

const PARTS: Readonly<Record<string, () => Promise<Command>>> = {
  revoke: async () => (await import('../respond/act-command.ts')).actCommand('revoke'),
  isolate: async () => (await import('../respond/act-command.ts')).actCommand('isolate'),
  restore: async () => (await import('../respond/restore-command.ts')).restoreCommand,
  timeline: async () => (await import('../respond/timeline-command.ts')).timelineCommand,
};

export const respond: Command = {
  help: respondHelp,
  parts: Object.keys(PARTS),
  helpFor: ([name]) => own(RESPOND_HELP, name ?? '') ?? respondHelp,
  async run([name, ...rest]) {
    const names = Object.keys(PARTS).join(', ');
    if (name === undefined) throw new UsageError(`one of ${names} is missing (rolefence respond --help)`);
    const part = own(PARTS, name);
    if (part === undefined) throw noSuchCommand('respond', name, Object.keys(PARTS));
    return (await part()).run(rest);
  },
};
