import type { CommandEntry } from './command.ts';

export const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    usage: 'run [options] -- COMMAND…',
    summary: 'run any command with its AWS calls under the sensor',
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'proxy',
    usage: 'proxy [options]',
    summary: 'the sensor alone, until SIGTERM',
    load: async () => (await import('./commands/proxy.ts')).proxy,
  },
  {
    name: 'identify',
    usage: 'identify [options] [FILE]',
    summary: 'name recorded requests: service, operation, IAM actions, resources',
    load: async () => (await import('./commands/identify.ts')).identify,
  },
  {
    name: 'learn',
    usage: 'learn --out FILE [FILE…]',
    summary: 'make a baseline of recorded calls, CloudTrail or function logs',
    load: async () => (await import('./commands/learn.ts')).learn,
  },
  {
    name: 'replay',
    usage: 'replay --baseline FILE [FILE…]',
    summary: 'hold recorded calls against a baseline and print the findings',
    load: async () => (await import('./commands/replay.ts')).replay,
  },
  {
    name: 'baseline',
    usage: 'baseline show|diff|merge|…',
    summary: 'read, compare, add up, approve and sign baselines',
    load: async () => (await import('./commands/baseline.ts')).baseline,
  },
  {
    name: 'rules',
    usage: 'rules test FILE',
    summary: 'check a rules file and try its examples',
    load: async () => (await import('./commands/rules.ts')).rules,
  },
  {
    name: 'policy',
    usage: 'policy recommend|diff',
    summary: 'the least-privilege policy of a baseline; what a role grants and nobody uses',
    load: async () => (await import('./commands/policy.ts')).policy,
  },
  {
    name: 'audit',
    usage: 'audit FILE…',
    summary: 'look into SAM, CloudFormation, Terraform, CDK and IAM files for rights that are too wide',
    load: async () => (await import('./commands/audit.ts')).audit,
  },
  {
    name: 'report',
    usage: 'report --out FILE',
    summary: 'one HTML file: scope, findings, calls, coverage, unused permissions, what to do next',
    load: async () => (await import('./commands/report.ts')).report,
  },
  {
    name: 'respond',
    usage: 'respond revoke|isolate|restore|timeline',
    summary: 'end sessions, stop a function, take it back, and what happened in one order',
    load: async () => (await import('./commands/respond.ts')).respond,
  },
  {
    name: 'attach',
    usage: 'attach FUNCTION…',
    summary: 'put the sensor into functions: layer and variables',
    load: async () => (await import('./attach/command.ts')).attach,
  },
  {
    name: 'detach',
    usage: 'detach FUNCTION…',
    summary: 'take it out again',
    load: async () => (await import('./attach/command.ts')).detach,
  },
  {
    name: 'doctor',
    usage: 'doctor [--function NAME]',
    summary: 'check this installation, or a function as it is deployed',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'completion',
    usage: 'completion bash|zsh|fish',
    summary: 'completion for your shell',
    load: async () => (await import('./commands/completion.ts')).completion(commands),
  },
];
