import { own } from '../../baseline/own.ts';
import type { Command } from '../command.ts';
import { UsageError } from '../errors.ts';
import { table } from '../help.ts';
import { noSuchCommand } from '../options.ts';

/** One of `rolefence baseline …`, loaded when it is called for. */
interface Subcommand {
  readonly usage: string;
  readonly summary: string;
  load(): Promise<Command>;
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  show: {
    usage: 'show FILE',
    summary: 'what each function does, on what, how often',
    load: async () => (await import('../baseline/reading.ts')).show,
  },
  diff: {
    usage: 'diff OLD NEW',
    summary: 'what NEW allows that OLD does not, and the other way round',
    load: async () => (await import('../baseline/reading.ts')).diff,
  },
  coverage: {
    usage: 'coverage FILE',
    summary: 'is it ready to alert and to block by, and what is still open',
    load: async () => (await import('../baseline/reading.ts')).coverageCommand,
  },
  merge: {
    usage: 'merge FILE… --out FILE',
    summary: 'one baseline of many, in any order, any number of times',
    load: async () => (await import('../baseline/writing.ts')).merge,
  },
  approve: {
    usage: 'approve FILE',
    summary: 'show what is new and approve it',
    load: async () => (await import('../baseline/writing.ts')).approve,
  },
  sign: {
    usage: 'sign FILE --key PEM|--kms KEY',
    summary: 'sign it with an Ed25519 private key, or one in AWS KMS',
    load: async () => (await import('../baseline/writing.ts')).sign,
  },
  verify: {
    usage: 'verify FILE --key PEM',
    summary: 'check the signature with the public key',
    load: async () => (await import('../baseline/reading.ts')).verify,
  },
  pull: {
    usage: 'pull STORE --out FILE',
    summary: 'what a fleet has learned, out of its store',
    load: async () => (await import('../baseline/fleet.ts')).pull,
  },
  publish: {
    usage: 'publish FILE --to STORE',
    summary: 'put an approved baseline where the fleet’s sensors take it',
    load: async () => (await import('../baseline/fleet.ts')).publish,
  },
  history: {
    usage: 'history STORE [--function NAME]',
    summary: 'how a fleet’s functions stand; of one, what was ever approved, by serial',
    load: async () => (await import('../baseline/history.ts')).history,
  },
  rollback: {
    usage: 'rollback STORE --function NAME --to SERIAL',
    summary: 'approve anew what was approved before',
    load: async () => (await import('../baseline/history.ts')).rollback,
  },
  'break-glass': {
    usage: 'break-glass STORE',
    summary: 'in an emergency: block mode of the fleet only alerts, for some hours',
    load: async () => (await import('../baseline/break-glass.ts')).breakGlass,
  },
  aggregate: {
    usage: 'aggregate STORE',
    summary: 'join what environments handed in into the candidates',
    load: async () => (await import('../baseline/fleet.ts')).aggregate,
  },
  reset: {
    usage: 'reset STORE --function NAME',
    summary: 'forget what a fleet has learned of a function and nobody has approved',
    load: async () => (await import('../baseline/reset.ts')).reset,
  },
};

const NAMES = Object.keys(SUBCOMMANDS);

const help = `Reads, compares, adds up, approves and signs baselines.

Usage: rolefence baseline ${NAMES.join('|')} …

${table(Object.values(SUBCOMMANDS).map(({ usage, summary }) => [usage, summary]))}

  rolefence baseline COMMAND --help     options and examples

Examples:
  rolefence baseline show b.json
  rolefence baseline diff approved.json learned.json
`;

export const baseline: Command = {
  help,
  parts: NAMES,
  async helpFor(args) {
    const name = args.find((arg) => !arg.startsWith('-'));
    return (await own(SUBCOMMANDS, name ?? '')?.load())?.help ?? help;
  },
  async run(args) {
    const [name, ...rest] = args;
    if (name === undefined)
      throw new UsageError(`a command is missing: ${NAMES.join(', ')} (rolefence baseline --help)`);
    const part = own(SUBCOMMANDS, name);
    if (part === undefined) throw noSuchCommand('baseline', name, NAMES);
    return (await part.load()).run(rest);
  },
};
