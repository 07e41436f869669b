import { hanging } from '../layout.ts';
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

const WORDS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

export function checksText(made: readonly Check[], style: Style, width: number): string {
  const checks = legible(made);
  const paint = { ok: style.green, warn: style.yellow, fail: style.red };
  const column = Math.max(...checks.map(({ name }) => name.length)) + 2;
  return checks
    .flatMap(({ name, state, what, fix }) => {
      const head = `  ${name.padEnd(column)}`;
      return [
        ...hanging(`${WORDS[state]}${head}`, what, width, (text) => text, `${paint[state](WORDS[state])}${head}`),
        ...(fix === null ? [] : hanging(' '.repeat(column + 6), fix, width, style.dim)),
      ];
    })
    .map((line) => `${line}\n`)
    .join('');
}
