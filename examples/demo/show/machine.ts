import type { Finding } from '../../../baseline/finding.ts';
import type { Results } from '../story/expect.ts';
import type { Intrusion } from '../story/intrusion.ts';

/** The demo's results as one JSON object: phases, findings, figures. */
export function report({ learned, alert, block, cost }: Results, problems: readonly string[], seconds: number) {
  const { shown: _, ...learn } = learned;
  return {
    ok: problems.length === 0,
    problems,
    phases: { learn, alert: phase(alert), block: phase(block) },
    figures: { ...cost, seconds: Math.round(seconds * 10) / 10 },
  };
}

function phase({ normal, attacks }: Intrusion) {
  return {
    normal: { ...normal, findings: normal.findings.map(told) },
    attacks: attacks.map(({ attack, outcome, arrived, findings }) => ({
      id: attack.id,
      title: attack.title,
      arrived,
      error: outcome.error ?? null,
      attempts: outcome.attempts ?? null,
      findings: findings.map(told),
    })),
  };
}

const told = ({ detector, severity, key, action, resource, blocked, reason, techniques }: Finding) => ({
  detector,
  severity,
  key,
  action,
  resource,
  blocked,
  reason,
  techniques,
});
