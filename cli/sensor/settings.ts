import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BaselineDocument } from '../../baseline/model/document.ts';
import { loadApprovedBaselineFile, loadBaselineFile } from '../../baseline/store/file.ts';
import { makeFolder } from '../../extension/ca-file.ts';
import { type Config, demandOf, readConfig } from '../../extension/config.ts';
import type { Mode } from '../../extension/guard/decide.ts';
import { parseConnectTo } from '../../extension/proxy/connect-to.ts';
import type { SettingProblem } from '../../extension/setting-problem.ts';
import { fileProblem, UsageError } from '../errors.ts';
import { type FindingFormat, findingFormat } from '../finding-format.ts';
import { fileName, oneOf, wholeNumber } from '../options.ts';

/** Options of `run` and `proxy`, for `parseOptions`. */
export const SENSOR_OPTIONS = {
  mode: { type: 'string' },
  baseline: { type: 'string' },
  'learn-to': { type: 'string' },
  calls: { type: 'string' },
  function: { type: 'string' },
  'own-access-key': { type: 'string' },
  findings: { type: 'string' },
  format: { type: 'string' },
  port: { type: 'string' },
  'ca-file': { type: 'string' },
  'connect-to': { type: 'string', multiple: true },
  'upstream-ca': { type: 'string' },
} as const;

export const SENSOR_HELP: readonly (readonly [string, string])[] = [
  ['--mode MODE', 'learn (default): all goes through; alert: findings; block: what is outside the baseline is refused'],
  ['--baseline FILE', 'what is normal'],
  ['--learn-to FILE', 'write what was learned there when it ends, however it ends'],
  ['--calls FILE', 'write every call there as a Call record (JSON Lines)'],
  ['--findings FILE', 'write every finding there (JSON Lines)'],
  ['--format FORMAT', 'of --findings: finding (default), ocsf or asff'],
  ['--function NAME', 'whose calls these are (default: the only function in the baseline, else "local")'],
  [
    '--own-access-key ID',
    "the key that is the function's own (default: AWS_ACCESS_KEY_ID; without either it is not judged)",
  ],
  ['--port N', 'listen on this port of 127.0.0.1 (default: any)'],
  ['--ca-file FILE', 'write the CA certificate of this run there'],
  [
    '--connect-to HOST:PORT=HOST:PORT',
    'go elsewhere for a host; * and *.suffix on the left, its port may be *; repeatable',
  ],
  ['--upstream-ca FILE', 'PEM certificates to trust besides the public roots'],
];

export interface SensorValues {
  readonly mode?: string | undefined;
  readonly baseline?: string | undefined;
  readonly 'learn-to'?: string | undefined;
  readonly calls?: string | undefined;
  readonly function?: string | undefined;
  readonly 'own-access-key'?: string | undefined;
  readonly findings?: string | undefined;
  readonly format?: string | undefined;
  readonly port?: string | undefined;
  readonly 'ca-file'?: string | undefined;
  readonly 'connect-to'?: readonly string[] | undefined;
  readonly 'upstream-ca'?: string | undefined;
}

/** What was asked for, by options and ROLEFENCE_* variables, checked before anything starts. */
export interface Settings {
  readonly config: Config;
  /** Variables that could not be understood. */
  readonly problems: readonly SettingProblem[];
  /** Read already; undefined leaves it to the sensor, and with it ROLEFENCE_ON_FAILURE. */
  readonly baseline: BaselineDocument | undefined;
  readonly function: string;
  readonly ownAccessKeyId: string | null;
  readonly learnTo: string | null;
  readonly calls: string | null;
  readonly findings: string | null;
  readonly format: FindingFormat;
  /** True where --port or --ca-file ask for this and no other. */
  readonly fixed: { readonly port: boolean; readonly caFile: boolean };
}

type Env = Readonly<Record<string, string | undefined>>;

/** Without any name that the user gave: what is learned still needs one. */
const NAMELESS = 'local';

export async function readSettings(values: SensorValues, env: Env): Promise<Settings> {
  const mode = values.mode === undefined ? null : oneOf<Mode>('--mode', values.mode, ['learn', 'alert', 'block']);
  const port = values.port === undefined ? null : wholeNumber('--port', values.port, 65_535);
  const caFile = optionalFile('--ca-file', values['ca-file']);
  if (caFile !== null) checkCaFile(caFile);
  const upstreamCa = optionalFile('--upstream-ca', values['upstream-ca']);
  if (upstreamCa !== null) checkCertificates(upstreamCa);
  const connectTo = values['connect-to'] ?? [];
  for (const entry of connectTo) checkConnectTo(entry);
  const learnTo = optionalFile('--learn-to', values['learn-to']);
  if (learnTo !== null) checkWritable('--learn-to', learnTo);
  if (values.function === '') throw new UsageError('--function needs a name');
  if (values['own-access-key'] === '') throw new UsageError('--own-access-key needs an access key id');

  // Options win over variables, and a variable that an option replaces is not even looked at.
  const { config, problems } = readConfig({
    ...env,
    ...(mode === null ? {} : { ROLEFENCE_MODE: mode }),
    ...(port === null ? {} : { ROLEFENCE_PORT: `${port}` }),
    ...(caFile === null ? {} : { ROLEFENCE_CA_FILE: caFile }),
    ...(upstreamCa === null ? {} : { ROLEFENCE_UPSTREAM_CA: upstreamCa }),
    ...(values.baseline === undefined ? {} : { ROLEFENCE_BASELINE: `file:${values.baseline}` }),
  });
  if (env.ROLEFENCE_BASELINE_KEY?.trim() && config.baselineKey === null) {
    // Without the key nothing can be told for approved: an option's file least of all.
    throw new UsageError(
      problems.find(({ what }) => what.includes('ROLEFENCE_BASELINE_KEY'))?.what ??
        'ROLEFENCE_BASELINE_KEY cannot be used',
    );
  }
  if (env.ROLEFENCE_BASELINE_MIN?.trim() && config.baselineMin === null) {
    throw new UsageError(
      problems.find(({ what }) => what.includes('ROLEFENCE_BASELINE_MIN'))?.what ??
        'ROLEFENCE_BASELINE_MIN cannot be used',
    );
  }
  const baseline = await chosenBaseline(values.baseline, config);
  return {
    config: { ...config, connectTo: [...connectTo, ...config.connectTo] },
    problems,
    baseline,
    function: functionOf(values.function, baseline, env),
    ownAccessKeyId: values['own-access-key'] ?? (env.AWS_ACCESS_KEY_ID || null),
    learnTo,
    calls: optionalFile('--calls', values.calls),
    findings: optionalFile('--findings', values.findings),
    format: findingFormat(values.format),
    fixed: { port: (port ?? 0) !== 0, caFile: caFile !== null },
  };
}

/** The option's file must be right; the variable's may be broken, and is left to the sensor then. */
async function chosenBaseline(option: string | undefined, config: Config): Promise<BaselineDocument | undefined> {
  if (option !== undefined) {
    const path = fileName('--baseline', option);
    return loadApprovedBaselineFile(path, demandOf(config));
  }
  // What bears no good signature is left to the sensor, which says what follows from it.
  if (config.baselineKey !== null || config.baselineMin !== null) return undefined;
  if (config.baseline?.kind !== 'file') return undefined;
  return loadBaselineFile(config.baseline.path).catch(() => undefined);
}

function functionOf(option: string | undefined, baseline: BaselineDocument | undefined, env: Env): string {
  if (option !== undefined) return option;
  const names = Object.keys(baseline?.functions ?? {});
  if (names.length > 1) {
    const list = names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
    throw new UsageError(`the baseline holds several functions (${list}): --function NAME says which it is`);
  }
  return names[0] ?? (env.AWS_LAMBDA_FUNCTION_NAME || NAMELESS);
}

const optionalFile = (option: string, value: string | undefined): string | null =>
  value === undefined ? null : fileName(option, value);

function checkConnectTo(entry: string): void {
  try {
    parseConnectTo(entry);
  } catch (cause) {
    throw new UsageError(`--connect-to ${cause instanceof Error ? cause.message : 'cannot be read'}`, { cause });
  }
}

function checkCertificates(path: string): void {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (cause) {
    throw new UsageError(`--upstream-ca: ${path} cannot be read (${fileProblem(cause)})`, { cause });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new UsageError(`--upstream-ca: ${path} holds no certificate, expected PEM`);
  }
}

function checkCaFile(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (cause) {
    throw new UsageError(`--ca-file: ${path} cannot be written (${fileProblem(cause)})`, { cause });
  }
  checkWritable('--ca-file', path);
}

/** Before the work, not after it: what is learned would be lost. */
function checkWritable(option: string, path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (cause) {
    throw new UsageError(`${option}: ${path} cannot be written (${fileProblem(cause)})`, { cause });
  }
}
