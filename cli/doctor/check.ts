import { wrapped } from '../policy/columns.ts';
import { legible, type Style } from '../style.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  /** warn: it works, but not as somebody may think. fail: it does not work. */
  readonly state: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly what: string;
  /** What to do; null where there is nothing to do. */
  readonly fix: string | null;
}

export const ok = (name: string, what: string): Check => ({ name, state: 'ok', what, fix: null });
export const warn = (name: string, what: string, fix: string | null): Check => ({ name, state: 'warn', what, fix });
export const fail = (name: string, what: string, fix: string): Check => ({ name, state: 'fail', what, fix });

export function checksText(made: readonly Check[], style: Style, width: number): string {
  const checks = legible(made);
  const marks = { ok: style.green('ok  '), warn: style.yellow('warn'), fail: style.red('FAIL') };
  const column = Math.max(...checks.map(({ name }) => name.length)) + 2;
  const indent = ' '.repeat(column + 6);
  return checks
    .map(({ name, state, what, fix }) => {
      const lines = [`${marks[state]}  ${name.padEnd(column)}${wrapped(what, width - indent.length, indent)}`];
      if (fix !== null) lines.push(`${indent}${style.dim(wrapped(fix, width - indent.length, indent))}`);
      return `${lines.join('\n')}\n`;
    })
    .join('');
}
