import { readFileSync } from 'node:fs';
import type { Mode } from './guard/decide.ts';

/** The ROLEFENCE_* variables as one validated, frozen object. */
export interface Config {
  readonly mode: Mode;
  /** Where the baseline is; null for none. */
  readonly baseline: BaselineLocation | null;
  /** True where ROLEFENCE_BASELINE was set but cannot be used: block mode then has no usable baseline, never none to look for. */
  readonly baselineBroken: boolean;
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
}

export interface BaselineLocation {
  readonly kind: 'file';
  readonly path: string;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface ConfigReading {
  readonly config: Config;
  /** One sentence for each setting that could not be understood: the variable, what was expected, what holds instead. */
  readonly problems: readonly string[];
}

/**
 * Reads the settings. A value that cannot be understood never stops the sensor: it is named in `problems` and its default holds, except that
 * a broken setting never loosens block mode (then the stricter reading holds).
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ConfigReading {
  const problems: string[] = [];
  const text = (name: string): string | null => env[name]?.trim() || null;

  const choice = <T extends string>(name: string, values: readonly [T, ...T[]], broken: T = values[0]): T => {
    const value = text(name)?.toLowerCase();
    if (value === undefined) return values[0];
    const known = values.find((v) => v === value);
    if (known !== undefined) return known;
    problems.push(`${name} is ${quoted(value)}, expected ${values.join(', ')}: ${broken} holds`);
    return broken;
  };
  const whole = (name: string, fallback: number, max: number): number => {
    const value = text(name);
    if (value === null) return fallback;
    if (/^\d+$/.test(value) && Number(value) <= max) return Number(value);
    problems.push(`${name} is ${quoted(value)}, expected a whole number from 0 to ${max}: ${fallback} holds`);
    return fallback;
  };

  const mode = choice<Mode>('ROLEFENCE_MODE', ['learn', 'alert', 'block']);
  const onFailure = choice('ROLEFENCE_ON_FAILURE', ['open', 'closed'], mode === 'block' ? 'closed' : 'open');
  const credentials = choice('ROLEFENCE_CREDENTIALS', ['shared', 'sealed'], mode === 'block' ? 'sealed' : 'shared');
  const newVersion = choice('ROLEFENCE_NEW_VERSION', ['block', 'alert']);
  const logLevel = choice<LogLevel>('ROLEFENCE_LOG_LEVEL', ['info', 'debug', 'warn', 'error']);

  let baseline: BaselineLocation | null = null;
  let baselineBroken = false;
  const where = text('ROLEFENCE_BASELINE');
  if (where !== null && where !== 'none') {
    if (where.startsWith('file:') && where.length > 'file:'.length) {
      baseline = { kind: 'file', path: where.slice('file:'.length) };
    } else {
      baselineBroken = true;
      problems.push(`ROLEFENCE_BASELINE is ${quoted(where)}, expected none or file:/path: there is no usable baseline`);
    }
  }

  for (const sink of (text('ROLEFENCE_SINKS') ?? 'log').split(',').map((s) => s.trim())) {
    if (sink === 'log') continue;
    problems.push(`ROLEFENCE_SINKS names ${quoted(sink)}, which this version does not have: findings go to the log`);
  }
  if (text('ROLEFENCE_RULES') !== null && text('ROLEFENCE_RULES') !== 'none') {
    problems.push('ROLEFENCE_RULES is set, but this version reads no rules file: no rule holds');
  }
  if (text('ROLEFENCE_BASELINE_KEY') !== null) {
    // A key says: trust nothing unsigned. As long as signatures cannot be verified here, nothing counts as approved.
    baseline = null;
    baselineBroken = true;
    problems.push(
      'ROLEFENCE_BASELINE_KEY is set, but this version verifies no signatures: there is no usable baseline',
    );
  }

  let upstreamCa: string | null = null;
  const caPath = text('ROLEFENCE_UPSTREAM_CA');
  if (caPath !== null) {
    try {
      upstreamCa = readFileSync(caPath, 'utf8');
    } catch (error) {
      problems.push(
        `ROLEFENCE_UPSTREAM_CA: ${caPath} cannot be read (${(error as NodeJS.ErrnoException).code}): only the public roots are trusted`,
      );
    }
  }

  const config: Config = {
    mode,
    baseline,
    baselineBroken,
    baselineWaitMs: whole('ROLEFENCE_BASELINE_WAIT_MS', 500, 60_000),
    onFailure,
    newVersion,
    credentials,
    port: whole('ROLEFENCE_PORT', 0, 65_535),
    caFile: text('ROLEFENCE_CA_FILE'),
    connectTo: (text('ROLEFENCE_CONNECT_TO') ?? '').split(/[\s,]+/).filter((entry) => entry !== ''),
    upstreamCa,
    logLevel,
  };
  return { config: Object.freeze(config), problems };
}

/** The first 12 characters of a long value: settings are no secrets, but one pasted into the wrong variable might be. */
function quoted(value: string): string {
  return `"${value.length > 24 ? `${value.slice(0, 12)}…` : value}"`;
}
