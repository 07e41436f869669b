import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { technique } from '../../../extension/alerts/attack.ts';

it('every technique that a detector names has a name and a tactic, and so has the one above it', () => {
  const folder = new URL('../../../baseline/detect/', import.meta.url);
  const text = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join();
  const named = new Set([...text.matchAll(/'(T\d{4}(?:\.\d{3})?)'/g)].map(([, id]) => id!));
  expect(named.size).toBeGreaterThan(30);
  for (const id of named) {
    expect(technique(id)?.tactics, id).not.toHaveLength(0);
    expect(technique(id.slice(0, 5))?.name, id).toBeTruthy();
  }
});
