import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

const validate = new Ajv2020().compile(
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures/emf.schema.json'), 'utf8')),
);

export type EmfLine = Record<string, unknown> & {
  _aws: { Timestamp: number; CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
};

/** The line, after what the specification says in words too: every dimension and metric that is named is there, and of its type. */
export function readEmf(text: string): EmfLine {
  expect(Buffer.byteLength(text), 'a log event is at most 256 KB').toBeLessThan(256_000);
  const line = JSON.parse(text) as EmfLine;
  validate(line);
  expect(validate.errors ?? []).toEqual([]);
  for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
    for (const name of Dimensions.flat()) {
      expect(line[name], `dimension ${name}`).toBeTypeOf('string');
      expect((line[name] as string).length).toBeGreaterThan(0);
      expect((line[name] as string).length).toBeLessThanOrEqual(1_024);
    }
    for (const { Name } of Metrics) {
      const values = [line[Name]].flat();
      expect(values.length, `values of ${Name}`).toBeLessThanOrEqual(100);
      for (const value of values) expect(value, `metric ${Name}`).toBeTypeOf('number');
    }
  }
  return line;
}
