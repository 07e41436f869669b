import { type CoverageReport, coverageSentence } from '../../baseline/model/coverage.ts';
import { hanging } from '../layout.ts';
import type { Style } from '../style.ts';

/** Whether each function's baseline is ready to alert and to block by, and what is still open. */
export function showCoverage({ functions }: CoverageReport, style: Style, width: number): string {
  if (functions.length === 0) return 'No function is in it.\n';
  const lines: string[] = [];
  for (const one of functions) {
    if (lines.length > 0) lines.push('');
    const mark = one.blockReady ? style.green('●') : one.alertReady ? style.yellow('◐') : style.red('○');
    lines.push(...hanging('  ', coverageSentence(one), width, style.bold, `${mark} `));
    for (const open of one.open) lines.push(...hanging('    ', open, width, style.dim));
  }
  return `${lines.join('\n')}\n`;
}
