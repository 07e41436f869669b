import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compare, type Truth } from './compare.ts';
import { conversations, missingToolchain, VARIANTS } from './requests.ts';
import { MOST_USED, prefixesOf, TOLD_BY_HOST, TWINS } from './services.ts';

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const missing = missingToolchain();
const all = process.env.ROLEFENCE_TEST_ALL !== undefined;
const title = missing === null ? 'requests of botocore' : `requests of botocore (skipped: ${missing})`;

/** Every operation in its plain form, the most used services with all that they take, S3 at all its addresses; the rest with ROLEFENCE_TEST_ALL. */
const sets = [
  { name: 'required input, all services', load: () => conversations('required') },
  { name: 'all input, most used services', load: () => conversations('optional', MOST_USED) },
  { name: 'S3 at all its addresses', load: () => conversations('s3') },
  { name: "hosts of one's own, and VPC endpoints", load: () => conversations('endpoints') },
  ...(all
    ? VARIANTS.slice(1, -1).map((name) => ({ name: `${name}, all services`, load: () => conversations(name) }))
    : []),
];

const hidden = (id: string, { service, operation }: Truth): boolean =>
  id.startsWith('custom/') && TOLD_BY_HOST.includes(`${service}.${operation}`);

describe.skipIf(missing !== null)(title, () => {
  it.each(sets)('are named right: $name', { timeout: 900_000 }, ({ load }) => {
    const made = load();
    const found = compare(made, prefixesOf, TWINS);
    const counted = found.requests - found.twins.length;
    const report = found.wrong.slice(0, 20).join('\n');
    expect(found.operations / counted, report).toBeGreaterThanOrEqual(0.995);
    expect(found.regions / found.requests).toBeGreaterThanOrEqual(0.999);
    expect(found.accounts / found.requests).toBeGreaterThanOrEqual(0.999);
    expect(found.keys / found.requests).toBeGreaterThanOrEqual(0.999);
    const used = compare(
      made.filter(({ request, truth }) => MOST_USED.includes(truth.service) && !hidden(request.id, truth)),
      prefixesOf,
      TWINS,
    );
    expect(used.wrong).toEqual([]);
  });

  it('are of every operation of every service', { timeout: 900_000 }, () => {
    const made = conversations('required');
    const names = new Set(made.map(({ truth }) => `${truth.service}.${truth.operation}`));
    expect(names.size).toBe(made.length);
    expect(made.length).toBeGreaterThan(19_700);
  });

  it('are named by rolefence identify too: a sample of all services', { timeout: 600_000 }, () => {
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
