import { describe, expect, it } from 'vitest';
import type { Deviation } from '../../../baseline/detect/deviation.ts';
import { Stories } from '../../../baseline/detect/stories.ts';
import { call } from '../calls.ts';

const found = (detector: string, action: string, given: Partial<Deviation> = {}): Deviation => ({
  detector,
  kind: 'unusual',
  key: `${detector} ${action}`,
  severity: 'medium',
  score: 0.6,
  action,
  resource: null,
  reason: 'odd',
  techniques: [],
  about: 'call',
  ...given,
});

/** The keys that it is told with, in an invocation, hours after the first. */
function tell(stories: Stories, unit: number, hours: number, ...deviations: Deviation[]): readonly string[] {
  const at = call({ time: new Date(Date.UTC(2026, 0, 5) + hours * 3_600_000).toISOString() });
  const told = stories.told(at, unit, deviations);
  stories.note(at, unit, deviations);
  return told.map(({ key }) => key);
}

describe('a known step that is done in an unusual way is one story', () => {
  const order = found('order', 'rds-data:ExecuteStatement');
  const drift = found('drift', 'rds-data:ExecuteStatement');

  it('whichever detector tells it, and in whichever invocation, for a day', () => {
    const stories = new Stories();
    expect(tell(stories, 1, 0, order)).toEqual([order.key]);
    expect(tell(stories, 2, 3, drift)).toEqual([order.key]);
    expect(tell(stories, 3, 30, drift)).toEqual([drift.key]);
  });

  it('and another step is another', () => {
    const stories = new Stories();
    tell(stories, 1, 0, order);
    const other = found('drift', 'sns:Publish');
    expect(tell(stories, 2, 3, other)).toEqual([other.key]);
  });

  it('of a host, too', () => {
    const stories = new Stories();
    const to = (detector: string, host: string) =>
      found(detector, '', { action: null, resource: host, key: `${detector} ${host}` });
    const first = to('order', 'api.example.net:443');
    tell(stories, 1, 0, first);
    expect(tell(stories, 2, 1, to('drift', 'api.example.net:443'))).toEqual([first.key]);
    expect(tell(stories, 3, 1, to('drift', 'api.example.org:443'))).not.toEqual([first.key]);
  });

  it('but a number is never a part of an odd order, as a drift is of a number', () => {
    const stories = new Stories();
    const many = found('volume', 'rds-data:ExecuteStatement');
    tell(stories, 1, 0, order);
    expect(tell(stories, 2, 1, many)).toEqual([many.key]);
    expect(tell(stories, 3, 2, drift)).toEqual([many.key]);
  });

  it('but what is critical stands alone', () => {
    const stories = new Stories();
    tell(stories, 1, 0, found('order', 's3:DeleteObject'));
    const many = found('volume', 's3:DeleteObject', { severity: 'critical' });
    expect(tell(stories, 2, 1, many)).toEqual([many.key]);
  });
});

describe('the rest of an invocation', () => {
  const secret = found('resource', 'secretsmanager:GetSecretValue', { kind: 'scope' });
  const bucket = found('resource', 's3:GetObject', { kind: 'scope' });
  const table = found('resource', 'dynamodb:Query', { kind: 'scope' });

  it('is one story beside a first finding that stands alone', () => {
    expect(tell(new Stories(), 1, 0, secret, bucket, table)).toEqual([secret.key, bucket.key, bucket.key]);
  });

  it('is one story with a known role that is taken in another order', () => {
    const role = found('order', 'sts:AssumeRole');
    expect(tell(new Stories(), 1, 0, role, found('volume', 's3:PutObject'))).toEqual([role.key, role.key]);
  });

  it('is not explained by the odd hour at which it ran', () => {
    const hours = found('hours', 's3:GetObject', { key: 'hours' });
    const burst = found('volume', 'sns:Publish');
    expect(tell(new Stories(), 1, 0, hours, burst)).toEqual([hours.key, burst.key]);
  });
});

describe('a new thing that others of a kind explain', () => {
  const given = { kind: 'scope', severity: 'high' } as const;
  const database = found('resource', 'rds:CopyDBSnapshot', { ...given, kin: { family: 'snapshots', name: 'search' } });

  it('does not explain a new host, nor that another thing, where their names share nothing', () => {
    const host = found('egress', '', { ...given, action: null, key: 'egress ipinfo.io:443' });
    expect(tell(new Stories(), 1, 0, database, host)).toEqual([database.key, host.key]);
    expect(tell(new Stories(), 1, 0, host, database)).toEqual([host.key, database.key]);
  });

  it('goes with a host of its name', () => {
    const host = found('egress', '', { ...given, action: null, key: 'egress search.example:443', names: ['search'] });
    const stories = new Stories();
    tell(stories, 1, 0, { ...database, names: ['search'] });
    expect(tell(stories, 1, 0, host)).toEqual([database.key]);
  });

  it('does not explain a role that is none of the kind', () => {
    const brand = found('resource', 'sts:AssumeRole', {
      ...given,
      severity: 'medium',
      key: 'brand',
      kin: { family: 'writers', name: 'brand' },
    });
    const administrator = found('resource', 'sts:AssumeRole', { ...given, severity: 'critical', key: 'administrator' });
    expect(tell(new Stories(), 1, 0, brand, administrator)).toEqual(['brand', 'administrator']);
  });
});
