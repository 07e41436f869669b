import { BEFORE_REGISTER } from '../build.ts';
import { overBy, ROWS } from './budgets.ts';
import { page, type Run } from './page.ts';

/** CI fails where a ratio is this far from its budget: less is the machine's noise. */
const TOLERANCE = 1.5;

export const summary = (run: Run): string => `${page(run)}\n`;

/** What CI is to fail for, a sentence each. Times of this machine never fail; ratios and memory do. */
export function fails(run: Run): string[] {
  const found: string[] = [];
  for (const { name } of run.contestants.filter((contestant) => contestant.name.startsWith('rolefence'))) {
    for (const row of ROWS) {
      const value = row.absolute ? null : row.of(run.results, name);
      if (value === null || overBy(row, value) < TOLERANCE) continue;
      found.push(`${name}: ${row.what} is ${value.toFixed(row.digits)} ${row.unit}, budget ${row.budget}`);
    }
  }
  if (run.beforeRegister > BEFORE_REGISTER) {
    found.push(`${run.beforeRegister} bytes are loaded before register, budget ${BEFORE_REGISTER}`);
  }
  if (run.start !== null) {
    const ratio = run.start.nextMs / run.start.bareServerMs;
    if (ratio > 1.9 * TOLERANCE)
      found.push(`start to event/next is ${ratio.toFixed(2)} of a bare Node server, budget 1.9`);
  }
  return found;
}
