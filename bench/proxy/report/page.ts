import type { Contestant } from '../contestants/contestant.ts';
import type { LayerStart } from '../measure/start.ts';
import type { Results } from '../results.ts';
import { meets, ROWS } from './budgets.ts';

export interface Run {
  readonly date: string;
  readonly machine: string;
  readonly rounds: number;
  readonly results: Results;
  readonly contestants: readonly Contestant[];
  readonly absent: readonly { readonly name: string; readonly why: string }[];
  readonly start: (LayerStart & { readonly bareServerMs: number }) | null;
  readonly startSlow: (LayerStart & { readonly bareServerMs: number }) | null;
  readonly judging: number | null;
  /** Bytes. */
  readonly beforeRegister: number;
}

/** What the benchmark writes between the marks in docs/performance.md. */
export function page(run: Run): string {
  const names = run.contestants.map((contestant) => contestant.name).filter((name) => name !== 'direct');
  const lines = [
    `Measured ${run.date} on ${run.machine}. ${run.rounds} interleaved rounds; each figure is the median over rounds of the comparison within a round. ` +
      'Bold: over the budget.',
    '',
    `| what | unit | budget | ${names.join(' | ')} |`,
    `|---|---|---|${names.map(() => '---|').join('')}`,
  ];
  for (const row of ROWS) {
    const cells = names.map((name) => {
      const value = row.of(run.results, name);
      if (value === null) return '';
      const text = value.toFixed(row.digits);
      return name.startsWith('rolefence') && !meets(row, value) ? `**${text}**` : text;
    });
    const sign = row.better === 'less' ? '≤' : '≥';
    lines.push(
      `| ${row.what} | ${row.unit} | ${row.budget === null ? '' : `${sign} ${row.budget}`} | ${cells.join(' | ')} |`,
    );
  }
  const direct = (figure: 'bareP50' | 'sdkP50' | 'rate16' | 'rate64' | 'newConnection' | 'get64' | 'put64') =>
    run.results.value('direct', figure) ?? 0;
  lines.push(
    '',
    `Direct, for scale: p50 ${direct('bareP50').toFixed(3)} ms bare and ${direct('sdkP50').toFixed(3)} ms by the SDK, ` +
      `${direct('rate16').toFixed(0)} and ${direct('rate64').toFixed(0)} calls/s at 16 and 64, a new connection ${direct('newConnection').toFixed(2)} ms, ` +
      `${direct('get64').toFixed(0)} and ${direct('put64').toFixed(0)} MiB/s down and up.`,
  );
  lines.push('', `Loaded before \`register\`: ${(run.beforeRegister / 1_024).toFixed(0)} KiB (budget 150).`);
  if (run.start !== null) lines.push('', '## Start of the extension', '', ...startTable(run));
  if (run.judging !== null) {
    lines.push('', `Naming a call and judging it: ${run.judging.toFixed(1)} µs median (budget 20).`);
  }
  lines.push('', ...run.contestants.map(({ name, what }) => `- **${name}**: ${what}`));
  if (run.absent.length > 0) {
    lines.push('', 'Left out:', '', ...run.absent.map(({ name, why }) => `- **${name}**: ${why}`));
  }
  return lines.join('\n');
}

function startTable({ start, startSlow }: Run): string[] {
  const rows = ['| from process start to | ms | budget | of a bare Node server | budget |', '|---|---|---|---|---|'];
  if (start !== null) {
    const { registerMs, nextMs, bareServerMs } = start;
    rows.push(
      `| listening, CA written, \`register\` sent | ${registerMs.toFixed(0)} | ≤ 55 | ${(registerMs / bareServerMs).toFixed(2)} | ≤ 1.9 |`,
      `| \`event/next\` | ${nextMs.toFixed(0)} | ≤ 65 | ${(nextMs / bareServerMs).toFixed(2)} | ≤ 1.9 |`,
    );
  }
  if (startSlow !== null) {
    const { nextMs, bareServerMs } = startSlow;
    rows.push(
      `| \`event/next\`, on a seventh of a core | ${nextMs.toFixed(0)} | | ${(nextMs / bareServerMs).toFixed(2)} | |`,
    );
  }
  return rows;
}
