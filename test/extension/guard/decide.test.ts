import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import type { Deviation } from '../../../baseline/detect/deviation.ts';
import { decide, reconsider } from '../../../extension/guard/decide.ts';

const call = {
  id: 'e-1',
  time: '2026-01-01T00:00:00.000Z',
  function: 'f',
  version: '7',
  environment: 'e',
  invocation: 'r',
  verdict: null,
} as Call;
const deviation = (kind: 'scope' | 'unusual'): Deviation => ({
  detector: 'resource',
  kind,
  key: 's3:GetObject arn:aws:s3:::backups/*',
  severity: 'high',
  score: 0.9,
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::backups/a',
  reason: 'new',
  techniques: ['T1530'],
  about: 'call',
});

describe('decide', () => {
  it('allows whatever learn mode sees, and says nothing', () => {
    expect(decide(call, [deviation('scope')], { mode: 'learn', lenient: false })).toEqual({
      verdict: 'allow',
      findings: [],
    });
  });
  it('only tells in alert mode', () => {
    const judged = decide(call, [deviation('scope')], { mode: 'alert', lenient: false });
    expect(judged.verdict).toBe('alert');
    expect(judged.findings).toMatchObject([{ callId: 'e-1', blocked: false, detector: 'resource', invocation: 'r' }]);
  });
  it('refuses in block mode what lies outside the scope, and marks every finding of that call', () => {
    const judged = decide(call, [deviation('unusual'), deviation('scope')], { mode: 'block', lenient: false });
    expect(judged.verdict).toBe('block');
    expect(judged.findings.map((f) => f.blocked)).toEqual([true, true]);
  });
  it('never refuses what is only unusual', () => {
    expect(decide(call, [deviation('unusual')], { mode: 'block', lenient: false }).verdict).toBe('alert');
  });
  it('only tells of a version that nobody approved, where it is asked to be lenient', () => {
    expect(decide(call, [deviation('scope')], { mode: 'block', lenient: true }).verdict).toBe('alert');
  });
  it('cannot refuse what has been answered', () => {
    const judged = reconsider({ ...call, verdict: 'allow' }, [deviation('scope')], { mode: 'block', lenient: false });
    expect(judged.verdict).toBe('alert');
    expect(judged.findings[0]?.blocked).toBe(false);
  });
  it('tells of an earlier call as of its own time, and when it was told', () => {
    const later = { ...call, id: 'e-2', time: '2026-01-03T00:00:00.000Z', verdict: 'allow' } as const;
    const both = [{ ...deviation('unusual'), call }, deviation('unusual')];
    const [early, own] = reconsider(later, both, { mode: 'alert', lenient: false }).findings;
    expect(early).toMatchObject({ callId: 'e-1', time: call.time, toldAt: later.time });
    expect(own).toMatchObject({ callId: 'e-2', time: later.time });
    expect(own).not.toHaveProperty('toldAt');
  });
});
