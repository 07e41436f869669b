import type { LogLevel } from './config.ts';

/** What the sensor says about itself, one line a thing. No line ever holds anything of a call but what its Call record holds. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Lines from `level` upwards go to `write`, formed by `format`. */
export function createLog(
  level: LogLevel,
  write: (line: string) => void,
  format: (level: LogLevel, message: string) => string = plainLine,
): Log {
  const at = (own: LogLevel) => (message: string) => {
    if (ORDER.indexOf(own) >= ORDER.indexOf(level)) write(format(own, message.replace(/[\r\n]+/g, ' ')));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** For a terminal: `rolefence: warning: …`. */
export function plainLine(level: LogLevel, message: string): string {
  const word = level === 'warn' ? 'warning: ' : level === 'info' ? '' : `${level}: `;
  return `rolefence: ${word}${message}`;
}

/** For CloudWatch Logs: one JSON object, as Lambda's own JSON log format has it (timestamp, level, message). */
export function jsonLine(level: LogLevel, message: string): string {
  return JSON.stringify({
    timestamp: new Date().toISOString(),
    level: level.toUpperCase(),
    message: `rolefence: ${message}`,
  });
}

/** The kind of an error and its code, never its text: that could hold something of a call. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = (error as NodeJS.ErrnoException).code;
  return code === undefined ? error.name : code;
}
