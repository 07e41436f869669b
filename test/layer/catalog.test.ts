import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogFiles } from '../../layer/build/catalog.ts';
import { writeTree } from '../../layer/build/file.ts';

const root = join(import.meta.dirname, '../..');

describe('the catalog beside a bundle', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rolefence-catalog-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is at most 1.5 MB', () => {
    expect(catalogFiles(root).reduce((sum, { content }) => sum + content.length, 0)).toBeLessThanOrEqual(1_500_000);
  });

  it.each(['program', 'chunks/program'])('is found by %s.mjs, with the table of every service', async (name) => {
    writeTree(catalogFiles(root), folder);
    await build({
      stdin: {
        contents: `
          import { catalogIndex } from './extension/identify/catalog/index.ts';
          const rows = new Set([...catalogIndex().bySigningName.values()].flat());
          const broken = [...rows].filter((row) => row.table().operations.length === 0).map(({ id }) => id);
          const lambda = [...rows].find(({ id }) => id === 'lambda').table();
          console.log(JSON.stringify({ services: rows.size, broken, invoke: lambda.operation('Invoke').pattern.method }));`,
        resolveDir: root,
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: join(folder, `${name}.mjs`),
    });
    const said = execFileSync(process.execPath, [join(folder, `${name}.mjs`)], { encoding: 'utf8' });
    expect(JSON.parse(said)).toEqual({
      services: expect.toSatisfy((count: number) => count > 400),
      broken: [],
      invoke: 'POST',
    });
  });
});
