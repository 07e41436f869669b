import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { either } from '../extension/either.ts';
import { nearest } from '../extension/nearest.ts';
import { UsageError } from './errors.ts';

/** `parseArgs`, strict, with one sentence that names the option instead of Node's paragraphs. */
export function parseOptions<T extends ParseArgsOptionsConfig>(command: string, args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(explain(command, error as NodeJS.ErrnoException, Object.keys(options)), { cause: error });
  }
}

function explain(command: string, error: NodeJS.ErrnoException, known: readonly string[]): string {
  const option = /'(?:-\w, )?(-{1,2}[^\s'=<]+)/.exec(error.message)?.[1] ?? 'an option';
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(option.replace(/^-+/, ''), known);
    const hint = near === null ? `rolefence ${command} --help lists them` : `did you mean --${near}?`;
    return `${option} is not an option of ${command} (${hint})`;
  }
  if (error.message.includes('does not take an argument')) return `${option} takes no value`;
  return `${option} needs a value`;
}

/** For a command's own commands: which one was probably meant, else all of them. */
export function noSuchCommand(command: string, typed: string, known: readonly string[]): UsageError {
  const near = nearest(typed, known);
  const hint = near === null ? known.join(known.length > 2 ? ', ' : ' or ') : `did you mean ${near}?`;
  return new UsageError(`${command} has no command ${JSON.stringify(typed.slice(0, 24))}: ${hint}`);
}

/** `--json` and `--format json` are the same wherever results are printed. */
export const JSON_OPTIONS = { json: { type: 'boolean' }, format: { type: 'string' } } as const;

export function wantsJson(values: {
  readonly json?: boolean | undefined;
  readonly format?: string | undefined;
}): boolean {
  return oneOf('--format', values.format ?? 'text', ['text', 'json']) === 'json' || values.json === true;
}

export function oneOf<T extends string>(option: string, value: string, values: readonly T[]): T {
  const known = values.find((one) => one === value);
  if (known !== undefined) return known;
  throw new UsageError(`${option} must be ${either(values)}, not ${quoted(value)}`);
}

export function wholeNumber(option: string, value: string, max: number): number {
  if (/^\d{1,9}$/.test(value) && Number(value) <= max) return Number(value);
  throw new UsageError(`${option} must be a whole number from 0 to ${max}, not ${quoted(value)}`);
}

export function accountId(option: string, value: string): string {
  if (/^\d{12}$/.test(value)) return value;
  throw new UsageError(`${option} must be an AWS account id (12 digits), not ${quoted(value)}`);
}

/** ISO 8601 UTC with milliseconds; null where the option is not given. */
export function timeOption(option: string, value: string | undefined): string | null {
  if (value === undefined) return null;
  const time = Date.parse(value);
  if (Number.isNaN(time)) throw new UsageError(`${option} must be a time (ISO 8601, such as 2026-03-01T08:00:00Z)`);
  return new Date(time).toISOString();
}

/** A file to be written or read under its own name. */
export function fileName(option: string, value: string): string {
  if (value === '') throw new UsageError(`${option} needs the name of a file`);
  if (value === '-') throw new UsageError(`${option} must be the name of a file, not '-'`);
  return value;
}

/** Values are shown short: what was pasted into the wrong place might be a secret. */
const quoted = (value: string): string => `'${value.length > 24 ? `${value.slice(0, 12)}…` : value}'`;
