import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Demand } from '../baseline/approval/accept.ts';
import { readSerial } from '../baseline/approval/serial.ts';
import { KeyError, publicKey } from '../baseline/approval/signature.ts';
import { type AlertSettings, readAlertSettings } from './alerts/settings.ts';
import { either } from './either.ts';
import type { Mode } from './guard/decide.ts';
import { nearest } from './nearest.ts';
import type { SettingProblem } from './setting-problem.ts';

/** The ROLEFENCE_* variables as one validated, frozen object. */
export interface Config {
  readonly mode: Mode;
  /** Where the baseline is; null for none. */
  readonly baseline: BaselineLocation | null;
  /** True where ROLEFENCE_BASELINE was set but cannot be used: block mode then has no usable baseline, never none to look for. */
  readonly baselineBroken: boolean;
  /** A baseline must bear a signature by it (Ed25519, or P-256 of AWS KMS). Null: any baseline counts as approved. */
  readonly baselineKey: KeyObject | null;
  /** Serial that an approved baseline must have at least, so that an older one is not taken again; null asks for none. */
  readonly baselineMin: number | null;
  /** Milliseconds that the start waits for the baseline; later it is taken when it comes. */
  readonly baselineWaitMs: number;
  /** What happens to calls when the sensor cannot judge them. */
  readonly onFailure: 'open' | 'closed';
  /** What an unapproved version's new behaviour gets in block mode. */
  readonly newVersion: 'block' | 'alert';
  /** sealed: the function holds placeholders, and the sensor signs for it. */
  readonly credentials: 'shared' | 'sealed';
  /** Listener port on 127.0.0.1; 0 lets the system choose. */
  readonly port: number;
  /** Where the CA certificate is written; null for the default place. */
  readonly caFile: string | null;
  /** HOST:PORT=HOST:PORT, in order of preference; validated where they are used. */
  readonly connectTo: readonly string[];
  /** PEM certificates trusted upstream besides the public roots. */
  readonly upstreamCa: string | null;
  readonly logLevel: LogLevel;
  /** Where findings go. */
  readonly alerts: AlertSettings;
  /** Path of the rules file; null for none. */
  readonly rules: string | null;
  /** platform: Lambda is asked to tell when the function is done, and what is due is sent before the freeze. */
  readonly telemetry: 'off' | 'platform';
}

export type BaselineLocation = { readonly kind: 'file'; readonly path: string } | StoreLocation;

/** A store that a fleet shares: approved baselines come from it, and what is learned goes to it. */
export type StoreLocation =
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'dynamodb'; readonly table: string }
  /** For trying out on one machine: `file:FOLDER/`. */
  | { readonly kind: 'folder'; readonly path: string };

/** Null where it is none of the forms of ROLEFENCE_BASELINE. */
export function readLocation(text: string): BaselineLocation | null {
  const file = /^file:(.+)$/s.exec(text)?.[1];
  if (file !== undefined) return file.endsWith('/') ? { kind: 'folder', path: file } : { kind: 'file', path: file };
  const s3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/s.exec(text);
  if (s3 !== null) return { kind: 's3', bucket: s3[1]!, prefix: s3[2] ?? '' };
  const table = /^dynamodb:\/\/([\w.-]{3,255})$/.exec(text)?.[1];
  return table === undefined ? null : { kind: 'dynamodb', table };
}

/** What was expected in place of one that begins like a store and is none: AWS takes no such name. Null for others. */
export function expectedStore(text: string): string | null {
  if (text.startsWith('dynamodb://'))
    return 'dynamodb://table, whose name has 3 to 255 letters, digits, dots, hyphens and underscores';
  if (text.startsWith('s3://'))
    return 's3://bucket/prefix, whose bucket has 3 to 63 small letters, digits, dots and hyphens';
  return null;
}

/** What an approved baseline must be to be taken. */
export const demandOf = ({ baselineKey, baselineMin }: Config): Demand => ({ key: baselineKey, min: baselineMin });

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface ConfigReading {
  readonly config: Config;
  /** Of each setting that could not be understood. */
  readonly problems: readonly SettingProblem[];
}

/** Not read here, but by the layer's scripts, the wrapper and the parts that start each other. */
const READ_ELSEWHERE =
  /^ROLEFENCE_(?:NEXT_WRAPPER|MIN_MEMORY|RENEWED|STATE_DIR|NODE|RESTARTS|RESUME|KEYS_FD|EXTENSION_NAME|CANARY|SENSOR_(?:PORT|CA|SOCKET)|TEST_ALL)$/;

/** Without the space around it, ASCII's only: the layer's scripts know no other, and must come to the same. */
const bare = (value: string): string => value.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, '');

/**
 * Reads the settings. A value that cannot be understood never stops the sensor: it is named in `problems` and its default holds, except that
 * a broken setting never loosens block mode (then the stricter reading holds). A variable of ours that nobody reads is named too: it is another one misspelt.
 */
export function readConfig(given: Readonly<Record<string, string | undefined>>): ConfigReading {
  const problems: SettingProblem[] = [];
  const problem = (what: string, instead: string) => void problems.push({ what, instead });
  // What is asked for here is what there is: no second list of it.
  const asked = new Set<string>();
  const env = new Proxy(given, {
    get(variables, name: string) {
      asked.add(name);
      return variables[name];
    },
  });
  const text = (name: string): string | null => bare(env[name] ?? '') || null;

  const choice = <T extends string>(name: string, values: readonly [T, ...T[]], broken: T = values[0]): T => {
    const value = text(name)?.toLowerCase();
    if (value === undefined) return values[0];
    const known = values.find((v) => v === value);
    if (known !== undefined) return known;
    problem(`${name} is ${quoted(value)}, expected ${either(values)}`, `${broken} holds`);
    return broken;
  };
  const whole = (name: string, fallback: number, max: number): number => {
    const value = text(name);
    if (value === null) return fallback;
    if (/^\d+$/.test(value) && Number(value) <= max) return Number(value);
    problem(`${name} is ${quoted(value)}, expected a whole number from 0 to ${max}`, `${fallback} holds`);
    return fallback;
  };

  const mode = choice<Mode>('ROLEFENCE_MODE', MODES, meantMode(text('ROLEFENCE_MODE'), text('ROLEFENCE_BASELINE')));
  // Nobody misspells the default. The layer's scripts and the preload read these two as well, and must come to the same.
  const onFailure = choice('ROLEFENCE_ON_FAILURE', ['open', 'closed'], 'closed');
  const credentials = choice('ROLEFENCE_CREDENTIALS', ['shared', 'sealed'], 'sealed');
  const newVersion = choice('ROLEFENCE_NEW_VERSION', ['block', 'alert']);
  const logLevel = choice<LogLevel>('ROLEFENCE_LOG_LEVEL', ['info', 'debug', 'warn', 'error']);

  let baseline: BaselineLocation | null = null;
  let baselineBroken = false;
  const where = text('ROLEFENCE_BASELINE');
  if (where !== null && where !== 'none') {
    baseline = readLocation(where);
    if (baseline === null) {
      baselineBroken = true;
      problem(
        `ROLEFENCE_BASELINE is ${quoted(where)}, expected ${expectedStore(where) ?? 'none, file:/path, s3://bucket/prefix or dynamodb://table'}`,
        NO_BASELINE,
      );
    }
  }

  const alerts = readAlertSettings(env, problem);
  const rules = text('ROLEFENCE_RULES');
  let baselineKey: KeyObject | null = null;
  const key = text('ROLEFENCE_BASELINE_KEY');
  if (key !== null) {
    try {
      baselineKey = publicKey(pemOf(key), 'ROLEFENCE_BASELINE_KEY');
    } catch (error) {
      // A key says: trust nothing unsigned. Without it no signature can be checked, so nothing counts as approved.
      baseline = null;
      baselineBroken = true;
      const why = error instanceof KeyError ? error.message : 'ROLEFENCE_BASELINE_KEY names a file that cannot be read';
      problem(`${why} (PEM text, its base64 content, or file:/path)`, NO_BASELINE);
    }
  }

  const min = text('ROLEFENCE_BASELINE_MIN');
  const baselineMin = min === null ? null : readSerial(min);
  if (min !== null && baselineMin === null) {
    baseline = null;
    baselineBroken = true;
    problem(
      `ROLEFENCE_BASELINE_MIN is ${quoted(min)}, expected a serial (20261125190812) or a day (2026-11-25)`,
      NO_BASELINE,
    );
  }

  let upstreamCa: string | null = null;
  const caPath = text('ROLEFENCE_UPSTREAM_CA');
  if (caPath !== null) {
    try {
      upstreamCa = readFileSync(caPath, 'utf8');
    } catch (error) {
      problem(
        `ROLEFENCE_UPSTREAM_CA: ${caPath} cannot be read (${(error as NodeJS.ErrnoException).code})`,
        'only the public roots are trusted',
      );
    }
  }

  const config: Config = {
    mode,
    baseline,
    baselineBroken,
    baselineKey,
    baselineMin,
    baselineWaitMs: whole('ROLEFENCE_BASELINE_WAIT_MS', 500, 60_000),
    onFailure,
    newVersion,
    credentials,
    port: whole('ROLEFENCE_PORT', 0, 65_535),
    caFile: text('ROLEFENCE_CA_FILE'),
    connectTo: (text('ROLEFENCE_CONNECT_TO') ?? '').split(/[\s,]+/).filter((entry) => entry !== ''),
    upstreamCa,
    logLevel,
    alerts,
    rules: rules === 'none' ? null : rules,
    telemetry: choice('ROLEFENCE_TELEMETRY', ['off', 'platform']),
  };
  let trustLost = false;
  for (const name of Object.keys(given)) {
    if (!name.startsWith('ROL') || given[name] === undefined || asked.has(name) || READ_ELSEWHERE.test(name)) continue;
    const near = nearest(name, asked);
    if (near === null && !name.startsWith('ROLEFENCE_')) continue;
    const meantTrust = near !== null && TRUST.has(near) && text(near) === null;
    trustLost ||= meantTrust;
    problem(
      `${name} is no setting${near === null ? '' : ` (did you mean ${near}?)`}`,
      meantTrust ? NO_BASELINE : 'nothing reads it',
    );
  }
  return { config: Object.freeze(trustLost ? { ...config, baseline: null, baselineBroken: true } : config), problems };
}

const NO_BASELINE = 'there is no usable baseline';

/** What says which baselines count: whoever misspells it has not asked for any to be taken. */
const TRUST: ReadonlySet<string> = new Set(['ROLEFENCE_BASELINE_KEY', 'ROLEFENCE_BASELINE_MIN']);

const MODES = ['learn', 'alert', 'block'] as const;

/**
 * What holds where the mode cannot be understood: the one that it looks like. A word that looks like none may have meant block, and whoever names a baseline has one to
 * judge by: then it blocks. Without one nothing can be judged, which alert mode tells.
 */
const meantMode = (word: string | null, baseline: string | null): Mode =>
  (nearest(word?.toLowerCase() ?? '', MODES) as Mode | null) ??
  (baseline === null || baseline === 'none' ? 'alert' : 'block');

/** A variable holds PEM text badly: its lines may be joined, or only what stands between the marks be given. */
function pemOf(value: string): string {
  if (value.startsWith('file:')) return readFileSync(value.slice('file:'.length), 'utf8');
  if (value.includes('-----BEGIN')) return value.replaceAll('\\n', '\n');
  return `-----BEGIN PUBLIC KEY-----\n${value}\n-----END PUBLIC KEY-----\n`;
}

/** The first 12 characters of a long value: settings are no secrets, but one pasted into the wrong variable might be. */
function quoted(value: string): string {
  return `"${value.length > 24 ? `${value.slice(0, 12)}…` : value}"`;
}
