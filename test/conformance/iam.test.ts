import { describe, expect, it } from 'vitest';
import { nameOf } from './compare.ts';
import { expectations } from './iam/expectations.ts';
import { conversations, missingToolchain } from './requests.ts';

const missing = missingToolchain();
const title = missing === null ? 'what a call needs' : `what a call needs (skipped: ${missing})`;

describe.skipIf(missing !== null)(title, () => {
  it('is as the Service Authorization Reference has it', { timeout: 600_000 }, () => {
    const wanted = expectations();
    const actions: string[] = [];
    const resources: string[] = [];
    const made = conversations('iam');
    for (const { request } of made) {
      const expected = wanted.get(request.id)!;
      const named = nameOf(request);
      const found = new Map(named.access.map(({ action, resources: arns }) => [action, arns]));
      const say = `${request.id}: ${JSON.stringify(named.access)} instead of ${[...expected].map(([action, arns]) => `${action} ${[...arns].join(' ')}`).join(' ; ')}`;
      if (found.size !== expected.size || [...expected.keys()].some((action) => !found.has(action))) actions.push(say);
      else if ([...expected].some(([action, arns]) => !same(found.get(action)!, arns))) resources.push(say);
    }
    expect(made.length).toBe(wanted.size);
    expect(new Set(made.map(({ truth }) => `${truth.service}.${truth.operation}`)).size).toBeGreaterThan(700);
    expect(1 - actions.length / made.length, actions.join('\n')).toBeGreaterThanOrEqual(0.995);
    expect(
      1 - (actions.length + resources.length) / made.length,
      [...actions, ...resources].join('\n'),
    ).toBeGreaterThanOrEqual(0.98);
  });
});

const same = (found: readonly string[], expected: ReadonlySet<string>): boolean =>
  found.length === expected.size && found.every((arn) => expected.has(arn));
