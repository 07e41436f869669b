import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { conversations, missingToolchain } from './requests.ts';
import { TWINS } from './services.ts';

const missing = missingToolchain();
const title = missing === null ? 'rolefence identify' : `rolefence identify (skipped: ${missing})`;
const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

describe.skipIf(missing !== null)(title, () => {
  it('names a sample of all services as this process does', { timeout: 600_000 }, () => {
    const sample = conversations('required').filter((_, index) => index % 40 === 0);
    const input = sample.map(({ request }) => JSON.stringify(request)).join('\n');
    const output = execFileSync(process.execPath, [main, 'identify', '-'], {
      input,
      maxBuffer: 1 << 28,
      encoding: 'utf8',
    });
    const records = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.map(({ id }) => id)).toEqual(sample.map(({ request }) => request.id));
    const wrong = sample.filter(({ truth }, index) => {
      const { operation } = records[index]!;
      return operation !== truth.operation && operation !== TWINS.get(`${truth.service}.${truth.operation}`);
    });
    expect(wrong.map(({ request }) => request.id)).toEqual([]);
  });
});
