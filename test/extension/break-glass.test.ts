import { describe, expect, it } from 'vitest';
import { BREAK_GLASS, type BreakGlass } from '../../baseline/approval/break-glass.ts';
import type { Finding } from '../../baseline/finding.ts';
import { createLearner } from '../../baseline/learn/learner.ts';
import { heedBreakGlass } from '../../extension/break-glass.ts';
import { readConfig } from '../../extension/config.ts';
import { createGuard } from '../../extension/guard/guard.ts';
import { createLog } from '../../extension/log.ts';
import { startSensor } from '../../extension/sensor.ts';
import { get } from '../baseline/calls.ts';

const NOW = Date.now();
const broken: BreakGlass = {
  format: BREAK_GLASS,
  from: new Date(NOW - 1_000).toISOString(),
  until: new Date(NOW + 3_600_000).toISOString(),
  by: 'ann',
  reason: 'release 41',
  functions: null,
};
const learner = createLearner();
learner.observe(get('in/1.jpg', { function: 'resize' }));
const known = learner.document();
const { config } = readConfig({ ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE_WAIT_MS: '50' });

function armed() {
  const guard = createGuard({ mode: 'block', onFailure: 'closed', newVersion: 'block' });
  guard.arm(known, null);
  return guard;
}
const foreign = (time: number) =>
  get('in/1.jpg', { function: 'resize', accessKeyId: 'AKIAWO645SY5FXTRUDER', time: new Date(time).toISOString() });

async function heed(breakGlass: () => Promise<BreakGlass | null>) {
  const lines: string[] = [];
  const told: BreakGlass[] = [];
  const guard = armed();
  const log = createLog('info', (line) => lines.push(line));
  const source = { name: 'store', load: async () => known, breakGlass, isolation: async () => null };
  await heedBreakGlass(guard, source, config, 'resize', log, (held) => told.push(held));
  return { guard, lines, told };
}

describe('block mode under a broken glass', () => {
  it('alerts where it would refuse, until the time is over', async () => {
    const { guard, lines, told } = await heed(async () => broken);
    expect(guard.before(foreign(NOW)).verdict).toBe('alert');
    expect(guard.before(foreign(NOW + 3_600_001)).verdict).toBe('block');
    expect(lines.join()).toContain('release 41');
    expect(told).toEqual([broken]);
  });

  it('refuses nothing for want of a baseline either', () => {
    const guard = createGuard({ mode: 'block', onFailure: 'closed', newVersion: 'block' });
    guard.arm(null, 'nothing is approved');
    expect(guard.before(foreign(NOW)).verdict).toBe('block');
    guard.relax(NOW + 1_000);
    expect(guard.before(foreign(NOW)).verdict).not.toBe('block');
  });

  it.each([
    ['was not broken', async () => null],
    ['is over', async () => ({ ...broken, until: new Date(NOW - 500).toISOString() })],
    ['is for another function', async () => ({ ...broken, functions: ['billing'] })],
    ['cannot be read', () => Promise.reject(new Error('the store cannot be reached'))],
    ['never answers', () => new Promise<null>(() => {})],
  ])('refuses as ever where the glass %s', async (_, answer) => {
    const { guard, told } = await heed(answer);
    expect(guard.before(foreign(NOW)).verdict).toBe('block');
    expect(told).toEqual([]);
  });

  it('is a finding of the environment', async () => {
    const findings: Finding[] = [];
    const sensor = await startSensor({
      config: readConfig({ ROLEFENCE_MODE: 'block', ROLEFENCE_BASELINE: 's3://bucket/prefix' }).config,
      identity: { function: 'resize' },
      log: createLog('error', () => {}),
      sinks: [{ name: 'test', deliver: (finding) => void findings.push(finding), flush: async () => {} }],
      caFile: null,
      baselineStore: {
        name: 'store',
        load: async () => known,
        breakGlass: async () => broken,
        isolation: async () => null,
      },
    });
    await sensor.close();
    expect(findings).toMatchObject([{ key: 'sensor: the glass is broken', severity: 'high', function: 'resize' }]);
    expect(findings[0]!.reason).toContain('ann broke the glass (release 41)');
  });
});
