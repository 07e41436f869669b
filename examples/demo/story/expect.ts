import type { AttackResult, Intrusion } from './intrusion.ts';
import type { Learned } from './learn.ts';
import type { Cost } from './measure.ts';

export interface Results {
  readonly learned: Learned;
  readonly alert: Intrusion;
  readonly block: Intrusion;
  readonly cost: Cost;
}

/** What this demo promises, held against what happened: one sentence for each promise that was not kept. */
export function broken({ learned, alert, block, cost }: Results): string[] {
  const problems: string[] = [];
  const expect = (kept: boolean, problem: string) => {
    if (!kept) problems.push(problem);
  };
  expect(learned.failed === 0, `while learning ${learned.failed} of ${learned.invocations} invocations failed`);
  for (const { mode, normal } of [alert, block]) {
    expect(normal.failed === 0, `${mode}: ${normal.failed} of ${normal.invocations} normal invocations failed`);
    const told = normal.findings.map(({ detector, key }) => `${detector} (${key})`).join(', ');
    expect(normal.findings.length === 0, `${mode}: normal work raised findings: ${told}`);
  }
  for (const result of alert.attacks) {
    const name = `alert: ${result.attack.id}`;
    expect(result.outcome.error === undefined, `${name}: the call failed (${result.outcome.error})`);
    expect(result.arrived === 1, `${name}: ${result.arrived} requests arrived, expected 1`);
    expect(expected(result) !== undefined, `${name}: no finding of detector ${result.attack.detector}`);
    expect(!result.findings.some(({ blocked }) => blocked), `${name}: a finding says that it was refused`);
  }
  for (const result of block.attacks) {
    const name = `block: ${result.attack.id}`;
    const { error, attempts } = result.outcome;
    expect(result.arrived === 0, `${name}: ${result.arrived} requests arrived, expected none`);
    expect(
      expected(result)?.blocked === true,
      `${name}: no finding of detector ${result.attack.detector} that says refused`,
    );
    expect(error !== undefined, `${name}: the function saw no error`);
    if (result.attack.action === null) continue;
    expect(/^AccessDenied/.test(error ?? ''), `${name}: the SDK saw ${error}, expected AccessDenied`);
    expect(attempts === 1, `${name}: the SDK tried ${attempts} times, expected once`);
  }
  expect(cost.directMs > 0 && cost.sensorMs > 0, 'nothing was measured');
  return problems;
}

/** The finding that the attack had to raise. */
export function expected({ attack, findings }: AttackResult) {
  return findings.find(
    ({ detector, action }) => detector === attack.detector && (attack.action === null || action === attack.action),
  );
}
