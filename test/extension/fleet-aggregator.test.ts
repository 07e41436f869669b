import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { createLearner } from '../../baseline/learn/learner.ts';
import { createFleet } from '../../baseline/store/fleet.ts';
import { folderStore } from '../../baseline/store/folder.ts';
import { handler } from '../../extension/fleet/aggregator.ts';
import { get } from '../baseline/calls.ts';

const folder = `${mkdtempSync(join(tmpdir(), 'rolefence-aggregator-'))}/`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

async function learn(environment: string): Promise<void> {
  const learner = createLearner();
  learner.observe(get('in/1.jpg', { function: 'resize', invocation: environment }));
  await createFleet(folderStore(folder)).contribute({
    function: 'resize',
    environment,
    version: '7',
    aliases: [],
    learned: learner.document(),
    last: true,
  });
}

async function run(store: string) {
  vi.stubEnv('ROLEFENCE_BASELINE', store);
  const lines: unknown[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(`${line}`));
    return true;
  });
  const result = await handler().finally(() => vi.restoreAllMocks());
  return { result, lines };
}

describe('the scheduled aggregation', () => {
  it('joins what was handed in, and says how ready each candidate is that has grown', async () => {
    await learn('e1');
    await learn('e2');
    const { result, lines } = await run(`file:${folder}`);
    expect(result).toEqual({ changed: ['resize'] });
    expect(lines).toEqual([
      {
        rolefence: {
          candidate: {
            function: 'resize',
            alertReady: false,
            blockReady: false,
            pNew: expect.any(Number),
            upper: expect.any(Number),
          },
        },
      },
      { rolefence: { aggregated: { changed: 1, failed: 0, leftOut: 0, full: 0 } } },
    ]);
    expect((await run(`file:${folder}`)).lines).toEqual([
      { rolefence: { aggregated: { changed: 0, failed: 0, leftOut: 0, full: 0 } } },
    ]);
  });

  it('tells of a slot that holds what no sensor hands in, as a finding with its metrics', async () => {
    const slot = { kind: 'learned', function: 'resize', part: 'b' } as const;
    await folderStore(folder).put(slot, gzipSync('['.repeat(100_000)), null);
    const { lines } = await run(`file:${folder}`);
    const finding = {
      function: 'resize',
      detector: 'hand-in',
      severity: 'high',
      reason:
        'slot b of resize counts for nothing: the slot holds more than a sensor hands in (it is nested deeper than 16)',
    };
    expect(lines[0]).toMatchObject({ rolefence: { finding }, Findings: 1, Detector: 'hand-in' });
    expect(lines).toContainEqual({ rolefence: { aggregated: { changed: 0, failed: 0, leftOut: 1, full: 0 } } });
    expect(await folderStore(folder).get(slot)).toBeNull();
  });

  it('names whose slots could not be joined, and is no failure for the others', async () => {
    await folderStore(folder).put({ kind: 'candidate', function: 'broken', part: null }, Buffer.from('x'), null);
    const slot = gzipSync(JSON.stringify({ format: 'rolefence.baseline/1', functions: { broken: {} } }));
    await folderStore(folder).put({ kind: 'learned', function: 'broken', part: '0' }, slot, null);
    await learn('e3');
    const { result, lines } = await run(`file:${folder}`);
    expect(result).toEqual({ changed: ['resize'] });
    expect(lines).toContainEqual({
      level: 'ERROR',
      message: expect.stringMatching(/^rolefence: what was learned of broken could not be joined and is tried again: /),
    });
    expect(lines).toContainEqual({ rolefence: { aggregated: { changed: 1, failed: 1, leftOut: 0, full: 0 } } });
  });

  it('says what is wrong with its setting', async () => {
    await expect(run('file:/x')).rejects.toThrow('ROLEFENCE_BASELINE is "file:/x", expected s3://bucket/prefix');
  });
});
