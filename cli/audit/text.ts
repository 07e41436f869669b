import type { Severity } from '../../baseline/finding.ts';
import { rules } from '../../baseline/policy/audit/audit.ts';
import type { AuditFinding } from '../../baseline/policy/audit/model.ts';
import { wrapped } from '../policy/columns.ts';
import { counted } from '../progress.ts';
import { legible, type Style } from '../style.ts';

/** Findings under their rules, worst first, each with its place and how to mend it. */
export function auditText(found: readonly AuditFinding[], files: number, style: Style, width: number): string {
  const findings = legible(found);
  if (findings.length === 0) return `${style.green('Nothing found')} in ${counted(files, 'template')}.\n`;
  const lines: string[] = [];
  const byRule = new Map<string, AuditFinding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.ruleId}`;
    byRule.set(key, [...(byRule.get(key) ?? []), finding]);
  }
  for (const group of byRule.values()) {
    const { ruleId, severity, fix } = group[0]!;
    const rule = rules.find(({ id }) => id === ruleId)!;
    lines.push(`${paint(severity, style)(severity.toUpperCase().padEnd(9))}${style.bold(`${ruleId} ${rule.title}`)}`);
    for (const { file, line, resource, message } of group) {
      lines.push(`  ${style.cyan(`${file}:${line}`)}  ${resource}`, `    ${wrapped(message, width - 4, '    ')}`);
    }
    lines.push(
      style.dim(`  Why: ${wrapped(rule.why, width - 7, '       ')}`),
      style.dim(`  Fix: ${wrapped(fix, width - 7, '       ')}`),
      '',
    );
  }
  const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;
  const counts = severities
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}`);
  lines.push(`${counted(findings.length, 'finding')} in ${counted(files, 'template')}: ${counts.join(', ')}`);
  return `${lines.join('\n')}\n`;
}

const paint = (severity: Severity, style: Style) =>
  severity === 'critical' || severity === 'high' ? style.red : severity === 'medium' ? style.yellow : style.dim;
