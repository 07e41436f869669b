import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BOTOCORE } from '../../extension/identify/catalog/generate/botocore.ts';

const generate = fileURLToPath(new URL('../../extension/identify/catalog/generate/main.ts', import.meta.url));
const generated = fileURLToPath(new URL('../../extension/identify/catalog/generated/', import.meta.url));

/** The wheel is fetched with pip where it is not yet kept. */
function missing(): string | null {
  const cache = process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`;
  if (existsSync(`${cache}/rolefence/botocore-${BOTOCORE.version}-py3-none-any.whl`)) return null;
  try {
    execFileSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return 'needs pip';
  }
}

const reason = missing();

describe('the catalog', () => {
  it('is at most 1.5 MB unpacked', () => {
    const bytes = readdirSync(generated).reduce((sum, name) => sum + statSync(generated + name).size, 0);
    expect(bytes).toBeLessThanOrEqual(1_500_000);
  });

  it.skipIf(reason !== null)(
    reason === null
      ? 'is what its pinned sources give, byte for byte'
      : `is what its sources give (skipped: ${reason})`,
    { timeout: 300_000 },
    () => {
      const said = execFileSync(process.execPath, [generate, '--check'], { encoding: 'utf8' });
      expect(said).toContain('files are as the sources give them');
    },
  );
});
