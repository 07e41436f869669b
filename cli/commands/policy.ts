import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { noSuchCommand } from '../options.ts';
import { diffHelp } from '../policy/diff-help.ts';
import { recommendHelp } from '../policy/recommend-help.ts';

const help = `Least privilege out of a baseline: the policy that a function should have, and how far the one it has is from it.

Usage:
  rolefence policy recommend [options] BASELINE
  rolefence policy diff --role-policy FILE|--role ARN --baseline FILE [options] [CALLS…]

  rolefence policy recommend --help     formats, boundaries, session policies, evidence
  rolefence policy diff --help          unused and missing permissions; which recorded calls a policy would have denied

Examples:
  rolefence policy recommend --function resize rolefence.json > policy.json
  rolefence policy diff --role-policy policy.json --baseline rolefence.json calls.jsonl
`;

const PARTS = ['recommend', 'diff'] as const;

const load = {
  recommend: async () => (await import('../policy/recommend-command.ts')).recommendCommand,
  diff: async () => (await import('../policy/diff-command.ts')).diffCommand,
};

export const policy: Command = {
  help,
  parts: PARTS,
  helpFor: (args) => HELP[PARTS.find((part) => args.includes(part)) ?? 'none'] ?? help,
  async run([name, ...rest]) {
    const part = PARTS.find((one) => one === name);
    if (part === undefined)
      throw name === undefined ? new UsageError('recommend or diff is missing') : noSuchCommand('policy', name, PARTS);
    return (await load[part]()).run(rest);
  },
};

const HELP: Readonly<Record<string, string>> = { recommend: recommendHelp, diff: diffHelp };
