import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Tool } from './tool.ts';

const cache = mkdtempSync(join(tmpdir(), 'rolefence-toolchain-'));
vi.stubEnv('XDG_CACHE_HOME', cache);
const { install, recentFailure } = await import('./install.ts');
const { folderOf, isReady, obstacle } = await import('./tool.ts');

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});
afterEach(() => vi.useRealTimers());

let made = 0;
const tool = (over: Partial<Tool> = {}): Tool => ({
  name: 'hammer',
  what: 'a hammer',
  inputs: () => [`${made}`],
  needs: { sh: 'dash' },
  install: (folder) => writeFileSync(join(folder, 'head'), 'iron'),
  ...over,
});
const quietly = () => {};

describe.runIf(process.platform === 'linux')('the toolchain of the tests', () => {
  it('installs once, outside the checkout, and says so', () => {
    const said: string[] = [];
    const folder = install(tool(), (line) => said.push(line));
    expect(folder.startsWith(`${cache}/rolefence/hammer-`)).toBe(true);
    expect([isReady(folder), existsSync(join(folder, 'head'))]).toEqual([true, true]);
    expect(said).toEqual(['hammer: a hammer …', expect.stringMatching(/^hammer: ready after \d+ s$/)]);
    expect(
      install(
        tool({
          install() {
            throw new Error('again');
          },
        }),
        quietly,
      ),
    ).toBe(folder);
  });

  it('makes another folder for other content', () => {
    const before = folderOf(tool());
    made++;
    expect(folderOf(tool())).not.toBe(before);
  });

  it('starts anew over the remains of an interrupted installation', () => {
    made++;
    const folder = install(tool(), quietly);
    rmSync(join(folder, '.ready'));
    writeFileSync(join(folder, 'half'), '');
    install(tool(), quietly);
    expect([isReady(folder), existsSync(join(folder, 'half'))]).toEqual([true, false]);
  });

  it('leaves nothing of a failed one but its reason, in one sentence with what the program said, for ten minutes', () => {
    made++;
    const broken = tool({ install: (_, run) => run('sh', ['-c', 'echo no iron >&2; exit 4']) });
    expect(() => install(broken, quietly)).toThrow(/^hammer cannot be set up: sh -c .* \(exit 4\): no iron$/);
    expect(existsSync(folderOf(broken))).toBe(false);
    expect(recentFailure(broken)).toMatch(/no iron$/);
    vi.useFakeTimers({ now: Date.now() + 11 * 60_000 });
    expect(recentFailure(broken)).toBeNull();
    vi.useRealTimers();
    install(tool(), quietly);
    expect(recentFailure(tool())).toBeNull();
  });

  it('names what is missing on the machine and the package that has it', () => {
    made++;
    const wanting = tool({ needs: { 'no-such-anvil': 'anvil', sh: 'dash' } });
    expect(obstacle(wanting)).toBe('hammer needs no-such-anvil (Debian: anvil)');
    expect(() => install(wanting, quietly)).toThrow('hammer needs no-such-anvil (Debian: anvil)');
  });
});
