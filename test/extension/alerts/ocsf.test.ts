import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { toOcsf } from '../../../extension/alerts/ocsf.ts';
import { call, EVERY_KIND, finding } from './findings.ts';

/** OCSF 1.8.0 as published, in the form of JSON Schema (fixtures/make_ocsf_schema.py). */
const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/ocsf-1.8.0-detection-finding.schema.json'), 'utf8'),
);
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema);

function expectValid(event: unknown): void {
  // As it goes out: what is undefined is gone.
  validate(JSON.parse(JSON.stringify(event)));
  expect(validate.errors ?? []).toEqual([]);
}

describe('the OCSF form of a finding', () => {
  it.each(EVERY_KIND.map((one) => [one.key, one] as const))('is what the published schema accepts: %s', (_key, one) => {
    expectValid(toOcsf(one, { now: 0 }));
    expectValid(toOcsf(one, { call: call(), count: 12, first: 1, last: 2, now: 0 }));
  });
  it('would notice: the schema refuses a member that OCSF does not have', () => {
    expect(validate({ ...toOcsf(finding()), colour: 'red' })).toBe(false);
    expect(validate({ ...toOcsf(finding()), severity_id: 9 })).toBe(false);
  });
  it('observes what was found, not the key of the story that it belongs to', () => {
    const [second] = EVERY_KIND.filter(({ detector }) => detector === 'company');
    expect(toOcsf(second!)).toMatchObject({
      anomaly_analyses: [
        {
          anomalies: [
            { observations: [{ value: 's3:GetObject for globex (photos/globex/…) in an invocation for moe' }] },
          ],
          baselines: [{ observations: [{ value: 'one folder, as in about 4014 invocations' }] }],
        },
      ],
    });
  });

  it('names the call, the deviation, what is normal instead, the techniques and what was done', () => {
    const event = toOcsf(finding(), { call: call() });
    expect(event).toMatchObject({
      class_uid: 2004,
      severity: 'High',
      action: 'Denied',
      disposition: 'Blocked',
      time: Date.parse('2026-01-01T00:00:00.000Z'),
      cloud: { provider: 'AWS', region: 'eu-west-1', account: { uid: '111122223333' } },
      finding_info: { desc: 's3:GetObject on bucket backups that this function has never used' },
      anomaly_analyses: [{ baselines: [{ observed_pattern: 'photos' }] }],
      evidences: [
        {
          api: { operation: 'GetObject', service: { name: 's3' }, request: { uid: 'a1b2-17' } },
          dst_endpoint: { hostname: 'backups.s3.eu-west-1.amazonaws.com' },
          actor: { app_name: 'resize', user: { credential_uid: 'ASIAIOSFODNN7EXAMPLE' } },
        },
      ],
      resources: [
        { uid: finding().function, role: 'Affected' },
        { uid: 'arn:aws:s3:::backups/2025.tgz', role: 'Target' },
      ],
    });
    expect((event.finding_info as { attacks: unknown[] }).attacks).toMatchObject([
      {
        technique: { uid: 'T1530', name: 'Data from Cloud Storage' },
        tactics: [{ uid: 'TA0009', name: 'Collection' }],
      },
    ]);
  });
  it('is created when it was told, of a call that was made before, and takes no other call for its evidence', () => {
    const late = finding({ toldAt: '2026-01-03T00:00:00.000Z' });
    const event = toOcsf(late, { call: call({ id: 'a1b2-99', operation: 'PutObject' }) });
    const made = Date.parse(late.time!);
    expect(event).toMatchObject({
      time: made,
      finding_info: { created_time: Date.parse(late.toldAt!), first_seen_time: made, last_seen_time: made },
      evidences: [{ uid: 'a1b2-17', api: { operation: 'GetObject' } }],
    });
    expectValid(event);
    const unnamed = toOcsf({ ...late, callId: null }, { call: call({ id: null, operation: 'PutObject' }) });
    expect(JSON.stringify(unnamed.evidences)).not.toContain('PutObject');
  });
  it('has one uid for one environment and key, and another for another', () => {
    const uid = (changes: object) => (toOcsf(finding(changes)).finding_info as { uid: string }).uid;
    expect(uid({ callId: 'a1b2-18', time: '2026-01-01T01:00:00.000Z' })).toBe(uid({}));
    expect(uid({ environment: 'c3d4' })).not.toBe(uid({}));
    expect(uid({ key: 'other' })).not.toBe(uid({}));
  });
});
