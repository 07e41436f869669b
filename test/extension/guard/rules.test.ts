import { describe, expect, it } from 'vitest';
import type { Call } from '../../../baseline/call.ts';
import { createLearner } from '../../../baseline/learn/learner.ts';
import { createGuard, type Guard } from '../../../extension/guard/guard.ts';
import { readRules } from '../../../extension/guard/rules-read.ts';
import { call as anyCall, FUNCTION } from '../alerts/findings.ts';

/** The guard over a baseline that was learned from reads of one bucket, with rules as they stand in a file. */
const PHOTO = 'arn:aws:s3:::photos/a.jpg';
let id = 0;
function call(changes: Partial<Call> = {}, resources: readonly string[] = [PHOTO], action = 's3:GetObject'): Call {
  return anyCall({ id: `c${++id}`, access: [{ action, resources }], host: 's3.amazonaws.com', ...changes });
}
function guard(rules: readonly object[], options: Partial<Parameters<typeof createGuard>[0]> = {}): Guard {
  const learner = createLearner();
  for (let i = 0; i < 50; i++) learner.observe(call({ invocation: `i${i}`, status: 200, verdict: 'allow' }));
  const made = createGuard({ mode: 'block', onFailure: 'open', newVersion: 'block', ...options });
  made.arm(learner.document(), null);
  const { rules: read, problems } = readRules({ format: 'rolefence.rules/1', rules });
  expect(problems).toEqual([]);
  made.rule(read.rules, null);
  return made;
}
const verdict = (rules: readonly object[], one: Call, options?: Partial<Parameters<typeof createGuard>[0]>) =>
  guard(rules, options).before(one).verdict;

const allowBackups = {
  name: 'backups',
  effect: 'allow',
  match: { action: 's3:GetObject', resource: 'arn:aws:s3:::backups/*' },
};
const BACKUP = 'arn:aws:s3:::backups/1.tgz';

describe('allow', () => {
  it('lets through what the baseline would refuse, and says nothing', () => {
    expect(verdict([], call({}, [BACKUP]))).toBe('block');
    expect(guard([allowBackups]).before(call({}, [BACKUP]))).toEqual({ verdict: 'allow', findings: [] });
  });
  it('holds for all resources of a call or not at all', () => {
    expect(verdict([allowBackups], call({}, [BACKUP, 'arn:aws:s3:::payroll/1']))).toBe('block');
    const payroll = {
      ...allowBackups,
      name: 'payroll',
      match: { action: 's3:Get*', resource: 'arn:aws:s3:::payroll/?' },
    };
    expect(verdict([allowBackups, payroll], call({}, [BACKUP, 'arn:aws:s3:::payroll/1']))).toBe('allow');
  });
  it('holds for the resource that a request leaves open only where everything is allowed', () => {
    expect(verdict([allowBackups], call({}, ['arn:aws:s3:::*']))).toBe('block');
    expect(verdict([allowBackups], call({}, ['arn:aws:s3:::backups/*']))).toBe('allow');
    const one = { ...allowBackups, match: { action: 's3:GetObject', resource: 'arn:aws:s3:::backups/?' } };
    expect(verdict([one], call({}, ['arn:aws:s3:::backups/*']))).toBe('block');
  });
  it('never holds for what could be read in two ways, or is no operation of the catalog', () => {
    const all = { name: 'all', effect: 'allow', match: { action: '*', resource: '*' } };
    for (const certainty of ['ambiguous', 'unknown'] as const)
      expect(verdict([all], call({ certainty, operation: null }, ['*'], 's3:*'))).toBe('block');
  });
  it.each([
    ['a new region', { region: 'us-west-2' }],
    ['a foreign key', { accessKeyId: 'AKIAI44QH8DHBEXAMPLE', account: '999988887777' }],
  ])('does not cover %s unless it says so', (_what, changes) => {
    const all = { name: 'all', effect: 'allow', match: { action: '*', resource: '*' } };
    expect(verdict([all], call(changes))).toBe('block');
    const named = {
      ...all,
      match: { ...all.match, ...('region' in changes ? { region: 'us-west-2' } : { accessKey: changes.accessKeyId! }) },
    };
    expect(verdict([named], call(changes))).toBe('allow');
  });
  it('opens a host, and only that one', () => {
    const host = { name: 'h', effect: 'allow', match: { host: '*.example.com' } };
    const connect = (to: string) =>
      anyCall({
        id: `c${++id}`,
        service: null,
        operation: 'CONNECT',
        access: [],
        host: to,
        region: null,
        accessKeyId: null,
      });
    expect(verdict([host], connect('api.example.com:443'))).toBe('allow');
    expect(verdict([host], connect('api.example.com.evil.org:443'))).toBe('block');
  });
  it('holds until its day is over, and for its function', () => {
    const dated = { ...allowBackups, until: '2026-01-31' };
    const at = (time: string | null) => call({ time }, [BACKUP]);
    expect(verdict([dated], at('2026-01-31T23:59:59.999Z'))).toBe('allow');
    expect(verdict([dated], at('2026-02-01T00:00:00.000Z'))).toBe('block');
    expect(verdict([dated], at(null))).toBe('block');
    const others = { ...allowBackups, match: { ...allowBackups.match, function: 'pay-*' } };
    expect(verdict([others], call({}, [BACKUP]))).toBe('block');
    const ours = { ...allowBackups, match: { ...allowBackups.match, function: ['pay-*', FUNCTION] } };
    expect(verdict([ours], call({}, [BACKUP]))).toBe('allow');
  });
});

describe('block', () => {
  const noPhotos = {
    name: 'no photos',
    effect: 'block',
    match: { resource: 'arn:aws:s3:::photos/*' },
    reason: 'moved',
  };
  it('refuses what was learned, in block mode, whatever the version', () => {
    const judged = guard([noPhotos], { newVersion: 'alert' }).before(call({ version: '99' }));
    expect(judged.verdict).toBe('block');
    expect(judged.findings).toMatchObject([
      { detector: 'rule', blocked: true, reason: 'The rule "no photos" forbids s3:GetObject: moved' },
    ]);
  });
  it('only tells in alert mode, and says nothing in learn mode', () => {
    expect(verdict([noPhotos], call(), { mode: 'alert' })).toBe('alert');
    expect(verdict([noPhotos], call(), { mode: 'learn' })).toBe('allow');
  });
  it('counts what the request leaves open as named, and wins over an allowance', () => {
    expect(
      verdict([noPhotos, { ...allowBackups, match: { action: '*', resource: '*' } }], call({}, ['arn:aws:s3:::*'])),
    ).toBe('block');
  });
  it('of a host is about connections outside AWS, of an action about calls', () => {
    const connect = anyCall({ service: null, operation: 'CONNECT', access: [], host: 'api.example.com:443' });
    const host = { name: 'h', effect: 'block', match: { host: '*' } };
    const action = { name: 'a', effect: 'block', match: { action: '*' } };
    const alert = { mode: 'alert' } as const;
    const detectors = (rule: object, one: Call) =>
      guard([rule], alert)
        .before(one)
        .findings.map(({ detector }) => detector);
    expect(detectors(host, connect)).toContain('rule');
    expect(detectors(host, call())).toEqual([]);
    expect(detectors(action, call())).toEqual(['rule']);
    expect(detectors(action, connect)).not.toContain('rule');
  });
  it('holds without a baseline', () => {
    const made = createGuard({ mode: 'block', onFailure: 'open', newVersion: 'block' });
    made.rule(readRules({ format: 'rolefence.rules/1', rules: [noPhotos] }).rules.rules, null);
    expect(made.before(call()).verdict).toBe('block');
    expect(made.before(call({}, [BACKUP])).verdict).toBe('allow');
  });
});

describe('severity and ignore', () => {
  it('severity changes what is told, not what is done', () => {
    const low = { name: 'low', effect: 'severity', severity: 'low', match: { detector: 'resource' } };
    const judged = guard([low]).before(call({}, [BACKUP]));
    expect(judged).toMatchObject({ verdict: 'block', findings: [{ severity: 'low' }] });
  });
  const ignore = {
    name: 'migration',
    effect: 'ignore',
    match: { action: 's3:GetObject' },
    until: '2026-12-31',
    reason: 'the migration runs',
    by: 'Ana',
  };
  it('an ignored finding is not told in alert mode', () => {
    expect(guard([ignore], { mode: 'alert' }).before(call({}, [BACKUP]))).toEqual({ verdict: 'allow', findings: [] });
  });
  it('but lets nothing through in block mode, where it says so quietly', () => {
    const judged = guard([ignore]).before(call({}, [BACKUP]));
    expect(judged.verdict).toBe('block');
    expect(judged.findings).toMatchObject([{ severity: 'info', blocked: true }]);
    expect(judged.findings[0]!.reason).toContain('ignored by the rule "migration"');
  });
});

describe('cap', () => {
  const cap = { name: 'few', effect: 'cap', calls: 3, per: 'invocation', match: { action: 's3:GetObject' } };
  it('refuses what is over it, invocation by invocation', () => {
    const made = guard([cap]);
    const many = (invocation: string) => [1, 2, 3, 4, 5].map(() => made.before(call({ invocation })).verdict);
    expect(many('one')).toEqual(['allow', 'allow', 'allow', 'block', 'block']);
    expect(many('two')).toEqual(['allow', 'allow', 'allow', 'block', 'block']);
  });
  it('counts by the hour of the call, and only what was let through', () => {
    const made = guard([{ ...cap, calls: 1, per: 'hour' }]);
    const at = (time: string, resources?: string[]) => made.before(call({ time }, resources)).verdict;
    expect(at('2026-01-01T00:10:00.000Z', [BACKUP])).toBe('block');
    expect(at('2026-01-01T00:20:00.000Z')).toBe('allow');
    expect(at('2026-01-01T00:59:00.000Z')).toBe('block');
    expect(at('2026-01-01T01:00:00.000Z')).toBe('allow');
  });
});

describe('rules that cannot be read', () => {
  it.each([
    ['closed', 'block'],
    ['open', 'allow'],
  ] as const)('fail %s in block mode, with a critical finding', (onFailure, expected) => {
    const made = guard([allowBackups], { onFailure });
    made.rule(null, 'the rules cannot be used: rules.yaml: it cannot be read (ENOENT)');
    const judged = made.before(call());
    expect(judged.verdict).toBe(expected);
    expect(judged.findings[0]).toMatchObject({ detector: 'sensor', severity: 'critical' });
    expect(judged.findings[0]!.reason).toContain('ENOENT');
    expect(made.before(call({}, [BACKUP])).verdict, 'their allowances do not hold').toBe('block');
  });
});
