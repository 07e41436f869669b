import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../baseline/finding.ts';
import { createToldSink } from '../../../cli/sensor/told-sink.ts';
import { styleFor } from '../../../cli/style.ts';
import { get } from '../../baseline/calls.ts';
import { finding } from '../report/fleet.ts';

const plain = styleFor({}, {});

async function told(...findings: readonly Finding[]): Promise<string[]> {
  const lines: string[] = [];
  const sink = createToldSink((line) => lines.push(line), plain);
  for (const one of findings) sink.deliver(one);
  await sink.flush(0, true);
  return lines;
}

/** One story: what came after its first finding bears that one's key. */
const story = (given: Partial<Finding>) =>
  finding('resize', 1, {
    key: 's3:PutObject arn:aws:s3:::photos/a/*',
    blocked: false,
    severity: 'high',
    reason: 'never used before',
    techniques: [],
    ...given,
  });
const first = story({ action: 's3:PutObject', resource: 'arn:aws:s3:::photos/a/2.jpg' });
const second = story({ action: 's3:PutObject', resource: 'arn:aws:s3:::backups/x' });

describe('findings on a terminal', () => {
  it('name each bucket of a story, and never one under the name of another', async () => {
    expect(await told(first, second, { ...second, resource: 'arn:aws:s3:::backups/y' })).toEqual([
      'rolefence: high s3:PutObject arn:aws:s3:::photos/a/2.jpg: never used before',
      'rolefence: high s3:PutObject arn:aws:s3:::backups/x: never used before',
      'rolefence: 1 more of: high s3:PutObject arn:aws:s3:::backups/*',
    ]);
  });

  it('say that there is nothing to judge by, and nothing else of the sensor’s own state', async () => {
    const own = { detector: 'sensor', scope: 'function', severity: 'critical', action: null, resource: null } as const;
    const unjudged = story({
      ...own,
      key: 'sensor: no usable baseline',
      reason: 'the baseline has no entry for reszie',
    });
    expect(await told(unjudged, story({ ...own, key: 'sensor: rules cannot be read' }))).toEqual([
      'rolefence: critical the baseline has no entry for reszie',
    ]);
  });

  it('are told again where they turn out worse, and only then', async () => {
    const info = { ...second, severity: 'info' } as const;
    expect(await told(info, second, info)).toEqual([
      'rolefence: notice s3:PutObject arn:aws:s3:::backups/x: never used before',
      'rolefence: high s3:PutObject arn:aws:s3:::backups/x: never used before',
      'rolefence: 1 more of: high s3:PutObject arn:aws:s3:::backups/*',
    ]);
  });

  it('name the call where they are about any call', () => {
    const lines: string[] = [];
    const isolated = story({ action: null, resource: null, detector: 'sensor', reason: 'the function is isolated' });
    const sink = createToldSink((line) => lines.push(line), plain);
    sink.deliver(isolated, get('photos/1.jpg'));
    sink.deliver({ ...isolated, scope: 'function' }, null);
    expect(lines).toEqual(['rolefence: high s3:GetObject arn:aws:s3:::photos/1.jpg: the function is isolated']);
  });
});
