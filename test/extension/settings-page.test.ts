import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfig } from '../../extension/config.ts';

it('docs/settings.md names every setting that is read', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8');
  const asked = new Set<string>();
  readConfig(new Proxy({}, { get: (_, name: string) => void asked.add(name) }));
  expect(asked.size).toBeGreaterThan(20);
  expect([...asked].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
