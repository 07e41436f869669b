import { SEVERITIES } from '../../finding.ts';
import type { AuditContext, AuditFinding, AuditModel, Rule } from './model.ts';
import { confusedDeputy, crossAccount, openTrust, publicResource, publicUrl } from './rules/access.ts';
import { assumeAnyRole, escalation, passAnyRole } from './rules/escalation.ts';
import { missingSensor, secretInEnvironment, sharedRole } from './rules/functions.ts';
import {
  allowElsewhere,
  allowExcept,
  broadManaged,
  everything,
  missingScope,
  wholeService,
} from './rules/wildcards.ts';

/** In order of their ids. */
export const rules: readonly Rule[] = [
  everything,
  wholeService,
  missingScope,
  allowExcept,
  allowElsewhere,
  broadManaged,
  escalation,
  passAnyRole,
  assumeAnyRole,
  sharedRole,
  publicResource,
  publicUrl,
  crossAccount,
  openTrust,
  confusedDeputy,
  missingSensor,
  secretInEnvironment,
];

/** What the rules have to say of a template: worst first, then by place. */
export function audit(model: AuditModel, context: AuditContext): AuditFinding[] {
  const findings = new Map<string, AuditFinding>();
  for (const rule of rules) {
    for (const { place, message, severity } of rule.check(model, context)) {
      const finding = { ruleId: rule.id, severity: severity ?? rule.severity, ...place, message, fix: rule.fix };
      findings.set(JSON.stringify([rule.id, place, message]), finding);
    }
  }
  return [...findings.values()].sort(
    (a, b) =>
      SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
      (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line),
  );
}
