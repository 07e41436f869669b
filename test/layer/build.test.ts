import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const ZIP = join(ROOT, 'dist/rolefence-slim.zip');

const build = () =>
  execFileSync(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'layer/build.ts', '--slim'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
const hash = () => createHash('sha256').update(readFileSync(ZIP)).digest('hex');

describe('the slim layer', () => {
  let printed: string;
  beforeAll(() => {
    printed = build();
  });

  it('is the same byte for byte when it is built again', () => {
    const before = hash();
    rmSync(ZIP);
    build();
    expect(hash()).toBe(before);
  });

  it('is within its budgets, and says so', () => {
    expect(printed).toMatch(/^loaded before register: \d+\.\d KiB of 150\.0 KiB$/m);
    expect(printed).toMatch(/^rolefence-slim\.zip: \d+\.\d KiB of 700\.0 KiB$/m);
  });

  it('puts what a start needs into few files, and reads nothing of Node that it does not need', () => {
    const tree = join(ROOT, 'dist/layer-slim/rolefence');
    const read = new Set(['main.mjs']);
    for (const path of read) {
      const content = readFileSync(join(tree, path), 'utf8');
      for (const [, found = ''] of content.matchAll(/(?:from|import)"(\.[^"]+)"/g))
        read.add(join(dirname(path), found));
      // Both load what is another few milliseconds when they are read.
      expect(content, path).not.toMatch(/\.(?:WebSocket|ReadStream)\b/);
    }
    expect(read.size).toBeLessThanOrEqual(4);
  });

  it('puts everything under /opt/rolefence and /opt/extensions/rolefence', () => {
    const paths = Object.keys(unzipSync(readFileSync(ZIP)));
    for (const path of paths) expect(path).toMatch(/^(rolefence\/|extensions\/rolefence$)/);
    expect(paths).toEqual(
      expect.arrayContaining([
        'extensions/rolefence',
        'rolefence/wrapper',
        'rolefence/dormant.sh',
        'rolefence/main.mjs',
        'rolefence/preload.cjs',
        'rolefence/LICENSE',
        'rolefence/THIRD_PARTY_LICENSES',
        'rolefence/sbom.cdx.json',
      ]),
    );
  });

  it('has the same files unpacked, its scripts executable', () => {
    const tree = join(ROOT, 'dist/layer-slim');
    for (const [path, content] of Object.entries(unzipSync(readFileSync(ZIP)))) {
      expect(readFileSync(join(tree, path)).equals(content), path).toBe(true);
    }
    for (const script of ['extensions/rolefence', 'rolefence/wrapper']) {
      expect(statSync(join(tree, script)).mode & 0o777).toBe(0o755);
    }
  });

  it('names the licence of everything that it contains', () => {
    const tree = join(ROOT, 'dist/layer-slim/rolefence');
    const { components } = JSON.parse(readFileSync(join(tree, 'sbom.cdx.json'), 'utf8'));
    const list = readFileSync(join(tree, 'THIRD_PARTY_LICENSES'), 'utf8');
    expect(components.length).toBeGreaterThan(0);
    for (const { name, version, licenses } of components) {
      expect(list).toContain(`${name} ${version} (${licenses[0].license.id})`);
      expect(['MIT', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', '0BSD']).toContain(licenses[0].license.id);
    }
  });

  it('has no Node of its own', () => {
    expect(existsSync(join(ROOT, 'dist/layer-slim/rolefence/bin'))).toBe(false);
  });
});
